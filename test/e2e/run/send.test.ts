import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { isInstalled, RunBox } from "../support/run-box.ts";
import { until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DONE = { code: 0, stdout: "", stderr: "" };

/** A session that writes so many bytes of what is typed, as they come, to the file `typed`. */
async function reader(box: RunBox, name: string, bytes: number): Promise<void> {
  const script = `stty raw -echo; echo re''ady; head -c ${bytes} > typed-${name}; touch done-${name}; exec cat`;
  await box.ok("new", name, "sh", "-c", script);
  await box.shows(name, "ready");
}

async function typed(box: RunBox, name: string): Promise<Buffer> {
  const done = join(box.root, `done-${name}`);
  await until(() => existsSync(done), "all that was typed");
  return Buffer.from(await Bun.file(join(box.root, `typed-${name}`)).bytes());
}

async function typedBy(
  args: readonly string[],
  expected: string | Uint8Array,
  stdin?: Uint8Array,
): Promise<void> {
  await using box = new RunBox("sh");
  const bytes = Buffer.from(expected);
  await reader(box, "work", bytes.byteLength + 3);
  const options = stdin === undefined ? {} : { stdin };
  expect(await box.run(["send", "work", ...args], options)).toEqual(DONE);
  await box.ok("send", "work", "end"); // nothing has come twice, or behind it
  expect((await typed(box, "work")).equals(Buffer.concat([bytes, Buffer.from("end")]))).toBe(true);
}

describe("tsm send types", () => {
  test("its words with blanks between them, byte for byte", async () => {
    await typedBy(["one", "two  three", "", "ü漢😀"], "one two  three  ü漢😀");
    await typedBy(['it\'s "$HOME" `id` \\n\t!'], 'it\'s "$HOME" `id` \\n\t!');
    await typedBy(["two\nlines\r\x03"], "two\nlines\r\x03");
  });

  test("everything after --, even if it looks like an option", async () => {
    await typedBy(["--", "--enter", "-x", "--"], "--enter -x --");
    await typedBy(["--enter", "--", "-rf"], "-rf\r");
    await typedBy(["--", "-"], "-", Buffer.from("-"));
  });

  test("Enter last, wherever the option is", async () => {
    await typedBy(["--enter", "ls"], "ls\r");
    await typedBy(["-e", "ls"], "ls\r");
    await typedBy(["ls", "--enter"], "ls\r");
    await typedBy(["ls", "-l", "--enter"], "ls -l\r");
    await typedBy(["--enter"], "\r");
  });

  test("keys after the text, and Enter after them", async () => {
    await typedBy(["ls", "--keys", "Up C-a", "--enter"], "ls\x1b[A\x01\r");
    await typedBy(["--keys=M-x F5 ü"], "\x1bx\x1b[15~ü");
    await typedBy(["-k", "C-c", "x"], "x\x03");
  });

  test("standard input for -, and when there is no other text", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    await typedBy(["-"], bytes, bytes);
    await typedBy([], bytes, bytes);
    await typedBy(["-", "--enter"], Buffer.concat([bytes, Buffer.from("\r")]), bytes);
    await typedBy(["--keys", "Enter", "-"], Buffer.concat([bytes, Buffer.from("\r")]), bytes);
    // Words are all there is then.
    await typedBy(["word"], "word", bytes);
  });

  test("a paste of a megabyte whole", async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    const all = Buffer.concat(Array.from({ length: 16 }, () => bytes));
    await typedBy(["-"], all, all);
  });
});

test("text for a program in line mode arrives as if it were typed", async () => {
  await using box = new RunBox("sh");
  await box.ok("new", "work", "sh", "-c", "echo re''ady; cat > typed");
  await box.shows("work", "ready");
  await box.ok("send", "work", "--enter", "a line");
  await box.ok("send", "work", "ab", "--keys", "BSpace c Enter C-d");
  await until(() => box.sockets().length === 0, "the session to end");
  expect(await Bun.file(join(box.root, "typed")).text()).toBe("a line\nac\n");
});

for (const shell of ["bash", "zsh", "fish"] as const) {
  test.skipIf(!isInstalled(shell))(`keys work in ${shell}: Ctrl+C and arrows`, async () => {
    await using box = new RunBox(shell);
    await box.openPrompt("work");
    await box.typeLine("work", "sleep 100");
    await box.isOn("sleep");
    await box.ok("send", "work", "--keys", "C-c");
    await box.typeLine("work", "echo a >> times");
    const times = join(box.root, "times");
    await until(() => existsSync(times), "the command");
    await box.ok("send", "work", "--keys", "Up Enter");
    await until(() => statSync(times).size > 2, "the command once more");
    expect(await Bun.file(times).text()).toBe("a\na\n");
  });
}

test("a pattern types into every session that it matches", async () => {
  await using box = new RunBox("sh");
  for (const name of ["api-1", "api-2", "web"]) await reader(box, name, 3);
  expect(await box.run(["send", "api-*", "--enter", "go"])).toEqual(DONE);
  expect((await typed(box, "api-1")).toString()).toBe("go\r");
  expect((await typed(box, "api-2")).toString()).toBe("go\r");
  await box.ok("send", "web", "end");
  expect((await typed(box, "web")).toString()).toBe("end");
});

test("what cannot be sent is wrong use, and nothing is typed", async () => {
  await using box = new RunBox("sh");
  await reader(box, "work", 3);
  const wrong = async (args: string[], stderr: string): Promise<void> => {
    const result = await box.run(["send", "work", ...args]);
    expect([result.code, result.stdout]).toEqual([2, ""]);
    expect(result.stderr).toContain(stderr);
  };
  await wrong(["-rf"], "Unknown option '-rf'");
  await wrong(["-rf"], "\nPut -- before the text.\n");
  await wrong(["--entr", "ls"], "Unknown option '--entr'");
  await wrong(["--keys", "Nothing"], "Unknown key 'Nothing'");
  await wrong(["text", "--keys", "constructor"], "Unknown key 'constructor'");
  await wrong(["--keys"], "");
  const terminal = box.open(["send", "work"]);
  await terminal.shown("Nothing to send: tsm send");
  expect(await terminal.exited()).toBe(2);
  expect((await box.run(["send"])).code).toBe(2);
  await wrong([], "Nothing to send");
  expect(await box.run(["send", "work", "-"])).toEqual(DONE); // an empty file is one
  await box.ok("send", "work", "end");
  expect((await typed(box, "work")).toString()).toBe("end");
});

test("a session that is not there is an error, and the others get it all the same", async () => {
  await using box = new RunBox("sh");
  expect(await box.run(["send", "no", "text"])).toEqual({
    code: 1,
    stdout: "",
    stderr: "Cannot send to session \"no\": session not found.\nRun 'tsm ls' to list sessions.\n",
  });
  expect((await box.run(["send", "no-*", "text"])).code).toBe(1);
  expect((await box.run(["send", "a/b", "text"])).code).toBe(1);
  await reader(box, "api-1", 3);
  box.file("s/api-2", "no socket");
  await box.run(["send", "api-*", "end"]);
  expect((await typed(box, "api-1")).toString()).toBe("end");
});
