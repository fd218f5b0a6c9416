import { expect, setDefaultTimeout, test } from "bun:test";

import { Tag } from "../../../src/protocol/tags.ts";
import { FakeDaemon } from "../support/fake-daemon.ts";
import { Sandbox, until, type Screen } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

/** A session whose command prints `output` (as printf takes it) and then stays. */
async function sessionWith(box: Sandbox, name: string, output: string): Promise<void> {
  await box.ok("new", name, "sh", "-c", `printf '${output}'; printf '\\033]2;done\\007'; exec cat`);
  await until(async () => (await state(box, name)).title === "done", `${name} to have printed`);
}

interface State {
  lines: string[];
  title: string;
  [other: string]: unknown;
}

async function state(box: Sandbox, name: string): Promise<State> {
  return JSON.parse(await box.ok("history", "--json", name)) as State;
}

test("a session's history is text, has its colours, or is a document", async () => {
  await using box = new Sandbox();
  const link = "\\033]8;;https://a.example/\\033\\\\<link>\\033]8;;\\033\\\\";
  await sessionWith(box, "work", `\\033[31mred\\033[m  \\r\\n${link}\\r\\n`);
  expect(await box.ok("history", "work")).toBe("red\n<link>\n");
  expect(await box.ok("history", "--plain", "work")).toBe("red\n<link>\n");
  expect(await box.ok("history", "--vt", "work")).toBe(
    "\x1b[31mred\x1b[m\n\x1b]8;;https://a.example/\x1b\\<link>\x1b]8;;\x1b\\\n",
  );
  const page = await box.ok("history", "--html", "work");
  expect(page).toStartWith("<!DOCTYPE html>");
  expect(page).toContain("<title>work</title>");
  expect(page).toContain(
    '<pre>\n<span style="color:#cd0000">red</span>\n' +
      '<a href="https://a.example/" rel="noreferrer noopener">&lt;link&gt;</a>\n</pre>',
  );
});

test("programs get all that is known of a session's terminal", async () => {
  await using box = new Sandbox();
  await sessionWith(box, "work", "\\033]7;file:///some%%20where\\007\\033[?25lone\\r\\n  two");
  const facts = {
    name: "work",
    rows: 24,
    cols: 80,
    cursor: { row: 1, col: 5, isVisible: false },
    title: "done",
    cwd: "/some where",
    isAlternateScreen: false,
  };
  expect(await state(box, "work")).toEqual({ ...facts, lines: ["one", "  two"], screenLine: 0 });
  const screen: unknown = JSON.parse(await box.ok("screen", "--json", "work"));
  const rows = ["one", "  two", ...Array.from({ length: 22 }, () => "")];
  expect(screen).toEqual({ ...facts, lines: rows });
});

test("long lines are whole in the history and as they are on the screen", async () => {
  await using box = new Sandbox();
  await sessionWith(box, "work", `${"x".repeat(100)}\\r\\nend`);
  expect(await box.ok("history", "work")).toBe(`${"x".repeat(100)}\nend\n`);
  expect(await box.ok("screen", "work")).toBe(`${"x".repeat(80)}\n${"x".repeat(20)}\nend\n`);
});

test("of a long history only the last lines can be asked for", async () => {
  await using box = new Sandbox();
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  await sessionWith(box, "work", lines.map((line) => `${line}\\r\\n`).join(""));
  const printed = lines.map((line) => `${line}\n`);
  expect(await box.ok("history", "work")).toBe(printed.join(""));
  expect(await box.ok("history", "-n", "3", "work")).toBe(printed.slice(-3).join(""));
  expect(await box.ok("history", "-n", "0", "work")).toBe("");
  expect(await box.ok("history", "--lines=1000", "--vt", "work")).toBe(printed.join(""));
  expect(await box.ok("screen", "work")).toBe(printed.slice(-23).join(""));
  expect(JSON.parse(await box.ok("history", "--json", "-n", "30", "work"))).toMatchObject({
    lines: lines.slice(-30),
    screenLine: 7,
  });
  expect(await box.ok("tail", "work")).toBe(printed.slice(-10).join(""));
  expect(await box.ok("tail", "-n", "50", "work")).toBe(printed.slice(-50).join(""));
  expect(await box.ok("tail", "-n", "1", "--json", "work")).toBe('{"line":"line 99"}\n');
});

test("the alternate screen alone is the screen, and follows the history", async () => {
  await using box = new Sandbox();
  await sessionWith(box, "work", "before\\r\\n\\033[?1049h\\033[Hfull\\r\\n\\r\\nscreen");
  expect(await box.ok("screen", "work")).toBe("full\n\nscreen\n");
  expect(await box.ok("history", "work")).toBe("before\nfull\n\nscreen\n");
  expect(await state(box, "work")).toMatchObject({ isAlternateScreen: true, screenLine: 1 });
});

test.skipIf(Bun.which("less") === null)("the screen of a pager can be read", async () => {
  await using box = new Sandbox();
  const text = Array.from({ length: 50 }, (_, i) => `page line ${i}`).join("\n");
  await Bun.write(`${box.root}/text`, text);
  await box.ok("new", "work", "less", `${box.root}/text`);
  await until(async () => (await box.ok("screen", "work")).includes("page line 22"), "less");
  expect(await box.ok("screen", "work")).toStartWith("page line 0\npage line 1\n");
  expect(await state(box, "work")).toMatchObject({ isAlternateScreen: true, screenLine: 0 });
});

test("on a terminal history and screen have colours, unless they are not wanted", async () => {
  await using box = new Sandbox();
  await sessionWith(box, "work", "\\033[31mred");
  const shown = async (screen: Screen): Promise<string> => {
    expect(await screen.exited()).toBe(0);
    return screen.text;
  };
  for (const command of ["history", "screen"]) {
    expect(await shown(box.open([command, "work"]))).toBe("\x1b[31mred\x1b[m\r\n");
    expect(await shown(box.open([command, "--plain", "work"]))).toBe("red\r\n");
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      expect(await shown(box.open([command, "work"], { env }))).toBe("red\r\n");
    }
  }
});

test("several sessions have headers, or are one array", async () => {
  await using box = new Sandbox();
  for (const name of ["api-1", "api-2", "web"]) await sessionWith(box, name, `in ${name}\\r\\n`);
  const both = "==> api-1 <==\nin api-1\n\n==> api-2 <==\nin api-2\n";
  for (const command of ["history", "screen", "tail"]) {
    expect(await box.ok(command, "api-1", "api-2")).toBe(both);
    expect(await box.ok(command, "api-*")).toBe(both);
    expect(await box.ok(command, "w*")).toBe("in web\n");
  }
  for (const command of ["history", "screen"]) {
    const names = async (...words: string[]): Promise<string[]> =>
      (JSON.parse(await box.ok(command, "--json", ...words)) as State[]).map(
        (it) => `${it["name"]}`,
      );
    expect(await names("web", "api-1", "web")).toEqual(["web", "api-1"]);
    expect(await names("w*")).toEqual(["web"]);
  }
  expect(await box.ok("tail", "--json", "api-*")).toBe(
    '{"name":"api-1","line":"in api-1"}\n{"name":"api-2","line":"in api-2"}\n',
  );
});

test("when one of several cannot be read, the others still are", async () => {
  await using box = new Sandbox();
  await sessionWith(box, "work", "here");
  const stderr =
    "Cannot read session \"none\": session not found.\nRun 'tsm ls' to list sessions.\n";
  for (const command of ["history", "screen", "tail"]) {
    expect(await box.run([command, "none", "work"])).toEqual({
      code: 1,
      stdout: "==> work <==\nhere\n",
      stderr,
    });
    expect(await box.run([command, "none"])).toEqual({ code: 1, stdout: "", stderr });
    expect(await box.run([command, "n*"])).toMatchObject({ code: 1, stdout: "" });
  }
  expect(await box.run(["history", "--json", "none"])).toEqual({ code: 1, stdout: "", stderr });
  const { code, stdout } = await box.run(["screen", "--json", "none", "work"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([{ name: "work" }]);
});

test("wrong options are wrong use", async () => {
  await using box = new Sandbox();
  for (const name of ["a", "b"]) await sessionWith(box, name, "x");
  for (const words of [
    ["history"],
    ["history", "--vt", "--plain", "a"],
    ["history", "--json", "--html", "a"],
    ["history", "--html", "a", "b"],
    ["history", "-n", "-1", "a"],
    ["history", "-n", "1.5", "a"],
    ["history", "-n", "", "a"],
    ["screen", "--plain", "--json", "a"],
    ["screen", "--html", "a"],
    ["tail", "-n", "x", "a"],
    ["tail", "--plain", "--json", "a"],
    ["tail", "-f", "a", "b"],
  ]) {
    const { code, stdout, stderr } = await box.run(words);
    expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  }
});

test("a daemon of another build is reported at once", async () => {
  await using box = new Sandbox();
  await using daemon = FakeDaemon.listen(box, "old");
  const tags: number[] = [];
  daemon.onMessage((_, tag) => tags.push(tag));
  for (const words of [
    ["wait", "old"],
    ["run", "old", "--", "true"],
    ["label", "old"],
  ]) {
    const { stdout, stderr } = await box.run(words);
    expect(stdout).toBe("");
    expect(stderr).toContain("its daemon is of another build, which does not know how.\n");
  }
  expect(tags).not.toContain(Tag.Watch);
});

test("only text, styles and links of a program reach the reader", async () => {
  await using box = new Sandbox();
  const hostile =
    "a\\033]2;ti\\033[5ntle\\007\\033]52;c;AAAA\\007\\033[6n\\033P1$r\\033\\\\\\007\\033[?1003h\\033[2 qb" +
    "\\033]8;;javascript:alert(1)\\033\\\\c\\033]8;;\\033\\\\</pre><script>";
  await sessionWith(box, "work", hostile);
  const text = await box.ok("history", "work");
  expect(text).not.toMatch(/[^\n\x20-\x7e]/);
  const vt = await box.ok("history", "--vt", "work");
  expect(vt.replace(/\x1b\]8;;[^\x1b]*\x1b\\/g, "")).toBe(text);
  const page = await box.ok("history", "--html", "work");
  expect(page).not.toMatch(/<script|href/);
  expect((await state(box, "work")).title).not.toMatch(/\p{Cc}/u);
});

test("a history of 100 000 lines has as many as are kept", async () => {
  await using box = new Sandbox();
  await box.ok("new", "work", "sh", "-c", "seq 100000; printf '\\033]2;done\\007'; exec cat");
  await until(async () => (await state(box, "work")).title === "done", "all lines");
  const lines = (await box.ok("history", "work")).trimEnd().split("\n");
  expect(lines.length).toBeGreaterThanOrEqual(10_000);
  expect(lines.at(-1)).toBe("100000");
  expect(lines).toEqual(lines.map((_, i) => `${100_001 - lines.length + i}`));
});
