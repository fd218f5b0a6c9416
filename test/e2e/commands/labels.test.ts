import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { Tag } from "../../../src/protocol/tags.ts";
import { FakeDaemon } from "../support/fake-daemon.ts";
import { Sandbox } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const FOREVER = ["sleep", "1000"];
const NOT_FOUND = "session not found.\nRun 'tsm ls' to list sessions.\n";

async function create(box: Sandbox, ...names: string[]): Promise<void> {
  for (const name of names) await box.ok("new", name, ...FOREVER);
}

test("labels are set, changed, printed by their keys, and removed", async () => {
  await using box = new Sandbox();
  await create(box, "work");
  expect(await box.ok("label", "work")).toBe("");
  expect(await box.ok("label", "work", "role=db", "env=ci", "10=x", "9=y")).toBe("");
  expect(await box.ok("label", "work")).toBe("10=x\n9=y\nenv=ci\nrole=db\n");
  await box.ok("label", "env=a=b c", "work", "9=", "10=", "missing=");
  expect(await box.ok("label", "work")).toBe("env=a=b c\nrole=db\n");
  expect(JSON.parse(await box.ok("label", "work", "--json"))).toEqual({ env: "a=b c", role: "db" });
  expect(JSON.parse(await box.ok("label", "--json", "work", "env="))).toEqual({ role: "db" });
});

test("inside a session its labels are meant unless another one is named", async () => {
  await using box = new Sandbox();
  await create(box, "work", "other");
  const inside = { env: { TSM_SESSION: "work", TSM_PREFIX: "none-" } };
  expect(await box.run(["label", "env=ci"], inside)).toMatchObject({ code: 0, stderr: "" });
  expect((await box.run(["label"], inside)).stdout).toBe("env=ci\n");
  expect(await box.ok("label", "other")).toBe("");
});

test("labels stay when a session is renamed, and end with it", async () => {
  await using box = new Sandbox();
  await create(box, "work");
  await box.ok("label", "work", "env=ci");
  await box.ok("rename", "work", "api");
  expect(await box.ok("label", "api")).toBe("env=ci\n");
  await box.ok("kill", "api");
  await create(box, "api");
  expect(await box.ok("label", "api")).toBe("");
});

test("for several sessions names are printed before labels, also when a pattern matches one", async () => {
  await using box = new Sandbox();
  await create(box, "api-db", "api-web", "notes");
  await box.ok("label", "api-*", "team=core");
  await box.ok("label", "notes", "team=me");
  expect(await box.ok("label", "api-*")).toBe("api-db\tteam=core\napi-web\tteam=core\n");
  expect(await box.ok("label", "notes", "api-w*")).toBe("notes\tteam=me\napi-web\tteam=core\n");
  expect(await box.ok("label", "n*")).toBe("notes\tteam=me\n");
  expect(JSON.parse(await box.ok("label", "--json", "n*"))).toEqual({ notes: { team: "me" } });
});

test("a session that is missing costs the status, and the others are labeled", async () => {
  await using box = new Sandbox();
  await create(box, "work");
  expect(await box.run(["label", "nope", "work", "env=ci"])).toEqual({
    code: 1,
    stdout: "",
    stderr: `Cannot label session "nope": ${NOT_FOUND}`,
  });
  expect(await box.ok("label", "work")).toBe("env=ci\n");
  const { code, stdout } = await box.run(["label", "--json", "nope", "work"]);
  expect([code, JSON.parse(stdout)]).toEqual([1, { work: { env: "ci" } }]);
  expect(await box.run(["label", "--json", "nope"])).toMatchObject({ code: 1, stdout: "" });
});

test("many changes at the same time lose nothing", async () => {
  await using box = new Sandbox();
  await create(box, "work");
  const keys = Array.from({ length: 12 }, (_, i) => `k${i}`);
  const all = keys.map((key) => box.ok("label", "work", `${key}=1`));
  await Promise.all(all);
  expect(JSON.parse(await box.ok("label", "--json", "work"))).toEqual(
    Object.fromEntries(keys.map((key) => [key, "1"])),
  );
});

describe("what cannot be a label", () => {
  const KEY_REMEDY =
    "Begin with a letter or digit, then letters, digits and _ . / -, 64 at most.\n";
  const VALUE_REMEDY = "Use one line of 1024 bytes at most.\n";
  const many = Array.from({ length: 65 }, (_, i) => `k${i}=1`);
  const cases: [what: string, words: string[], stderr: string][] = [
    ["no key", ["=x"], `"" cannot be the key of a label.\n${KEY_REMEDY}`],
    ["a key with a blank", ["a b=x"], `"a b" cannot be the key of a label.\n${KEY_REMEDY}`],
    ["a key that every object knows", ["__proto__=x"], '"__proto__" cannot be the key'],
    ["a key that is too long", [`${"k".repeat(65)}=x`], "cannot be the key of a label.\n"],
    ["a value of two lines", ["k=a\nb"], `The value of label "k" cannot be one.\n${VALUE_REMEDY}`],
    ["a value with an escape", ["k=\x1b[2J"], 'The value of label "k" cannot be one.\n'],
    ["a huge value", [`k=${"é".repeat(513)}`], 'The value of label "k" cannot be one.\n'],
    ["too many at once", many, "A session can have 64 labels at most.\nRemove one with"],
  ];

  test.each(cases)("%s is wrong use, and no session is asked", async (_, words, stderr) => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "work");
    const tags: number[] = [];
    daemon.onMessage((_, tag) => tags.push(tag));
    const result = await box.run(["label", "work", "good=1", ...words]);
    expect(result).toEqual({ code: 2, stdout: "", stderr: expect.stringContaining(stderr) });
    expect(tags).toEqual([]);
  });

  test("a label too many is refused by the session, which keeps what it has", async () => {
    await using box = new Sandbox();
    await create(box, "work");
    await box.ok("label", "work", ...many.slice(0, 64));
    expect(await box.run(["label", "work", "k0=2", "one-more=1"])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        'Session "work" refuses these labels: A session can have 64 labels at most.\n' +
        "Remove others before, with 'tsm label NAME KEY='.\n",
    });
    await box.ok("label", "work", "k0=", "one-more=1");
    const labels: unknown = JSON.parse(await box.ok("label", "--json", "work"));
    expect(labels).toMatchObject({ k1: "1", "one-more": "1" });
    expect(Object.keys(labels ?? {})).toHaveLength(64);
  });

  test("values of the largest size are kept, all of them", async () => {
    await using box = new Sandbox();
    await create(box, "work");
    const value = "é".repeat(512);
    for (let i = 0; i < 64; i += 8) {
      const words = Array.from({ length: 8 }, (_, j) => `k${i + j}=${value}`);
      await box.ok("label", "work", ...words);
    }
    const labels: Record<string, string> = JSON.parse(await box.ok("label", "--json", "work"));
    expect(Object.values(labels)).toEqual(Array.from({ length: 64 }, () => value));
  });

  test("without a session, and outside of one, nothing is labeled", async () => {
    await using box = new Sandbox();
    expect(await box.run(["label", "env=ci"])).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "No session given, and you are not inside one: tsm label [--json] [name…] [key=value…]\n",
    });
  });
});

describe("a daemon of another build", () => {
  test("is not labeled, which is said without waiting for an answer", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "old");
    const tags: number[] = [];
    daemon.onMessage((_, tag) => tags.push(tag));
    expect(await box.run(["label", "old", "env=ci"])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        'Cannot label session "old": its daemon is of another build, which does not know how.\n' +
        "It does not know the message Labels: end that session and create it again.\n",
    });
    expect(tags).toEqual([Tag.Tags, Tag.Info]);
    expect(JSON.parse(await box.ok("ls", "--json"))).toMatchObject([{ name: "old", labels: {} }]);
    expect(await box.ok("ls", "--short", "--where", "env=")).toBe("old\n");
  });

  test("may send invalid labels, which are left out", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "odd");
    daemon.onMessage((client, tag) => {
      if (tag === Tag.Tags) client.send(Tag.Tags, Uint8Array.of(Tag.Labels));
      if (tag === Tag.Labels) client.send(Tag.Labels, "env=ci\0k=\x1b[2J\0 b=x\0__proto__=x\0");
    });
    expect(await box.run(["label", "odd"])).toMatchObject({ code: 0, stdout: "env=ci\n" });
    expect(await box.ok("ls", "--json")).toContain('"labels":{"env":"ci"}');
  });
});
