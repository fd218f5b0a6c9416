import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { quoteForPosix } from "../../../src/shell/quote.ts";
import { Sandbox, TSM } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

let box: Sandbox;

beforeAll(async () => {
  box = new Sandbox();
  mkdirSync(join(box.root, "bin"));
  symlinkSync(TSM, join(box.root, "bin/tsm"));
  for (const name of ["work", "wo rk", "repo@main", "a:b"])
    await box.ok("new", name, "sleep", "1000");
  writeFileSync(join(box.root, ".zshrc"), "");
});

afterAll(async () => {
  await box[Symbol.asyncDispose]();
});

function path(): string {
  return `${join(box.root, "bin")}:${dirname(process.execPath)}:${process.env["PATH"]}`;
}

/** What a shell's script prints. */
async function output(shell: string, ...args: string[]): Promise<string[]> {
  const env = box.env({ PATH: path(), SHELL: "/bin/sh" });
  const child = Bun.spawn([shell, ...args], { env, stdin: "ignore", stdout: "pipe" });
  const text = await child.stdout.text();
  expect(await child.exited).toBe(0);
  return text.split("\n").filter((line) => line !== "");
}

/** Types a line and Tab into an interactive shell, and waits for what becomes of it. */
async function typed(argv: readonly string[], setup: string, line: string, shown: string) {
  const [program = "", ...args] = argv;
  const screen = box.open(args, { program, env: { PATH: path(), PS1: "$ " }, cols: 200 });
  screen.type(`${setup}; echo rea''dy\r`);
  await screen.shown("ready\r\n");
  screen.clear();
  screen.type(`${line}\t`);
  await screen.shown(shown);
  screen.close();
}

describe.skipIf(Bun.which("bash") === null)("in bash", () => {
  /** Candidates for a line with the cursor at its end, as readline asks for them. */
  async function candidates(words: string[], line = words.join(" ")): Promise<string[]> {
    const script =
      `source <(tsm completions bash); COMP_WORDS=(${words.map(quoteForPosix).join(" ")}); ` +
      `COMP_CWORD=${words.length - 1}; COMP_LINE=${quoteForPosix(line)}; COMP_POINT=${line.length}; ` +
      '_tsm_complete; printf "%s\\n" "${COMPREPLY[@]}"';
    return await output("bash", "--norc", "-c", script);
  }

  test("commands, options, values and sessions are offered", async () => {
    expect(await candidates(["tsm", "re"])).toEqual(["rename"]);
    expect(await candidates(["tsm", "ls", "--s"])).toEqual(["--short", "--sort"]);
    expect(await candidates(["tsm", "ls", "--sort", "m"])).toEqual(["memory"]);
    expect(await candidates(["tsm", "a", "w"])).toEqual(["wo\\ rk", "work"]);
    expect(await candidates(["tsm", "kill", "work", "wo"])).toEqual(["wo\\ rk"]);
    expect(await candidates(["tsm", "a", "wo\\ "])).toEqual(["wo\\ rk"]);
  });

  test("names with characters at which bash splits words are completed after the split", async () => {
    expect(await candidates(["tsm", "a", "rep"])).toEqual(["repo@main"]);
    expect(await candidates(["tsm", "a", "repo", "@", "m"], "tsm a repo@m")).toEqual(["main"]);
    expect(await candidates(["tsm", "a", "a", ":"], "tsm a a:")).toEqual(["b"]);
  });

  test("after the name of a new session another program's words are completed", async () => {
    expect(await candidates(["tsm", "new", "x", "printe"])).toContain("printenv");
  });

  test("Tab completes a name at the prompt", async () => {
    const setup = "source <(tsm completions bash)";
    await typed(["bash", "--norc", "-i"], setup, "tsm a repo", "tsm a repo@main");
    await typed(["bash", "--norc", "-i"], setup, "tsm a repo@m", "main ");
  });
});

describe.skipIf(Bun.which("zsh") === null)("in zsh", () => {
  const setup = "autoload -Uz compinit; compinit -u -D; source <(tsm completions zsh)";

  test.each([
    ["tsm rena", "tsm rename"],
    ["tsm a repo", "tsm a repo@main"],
    ["tsm a a:", "tsm a a:b"],
    ["tsm ls --sort mem", "tsm ls --sort memory"],
    ["tsm ls --att", "tsm ls --attention"],
    ["tsm new x printe", "tsm new x printenv"],
  ])("Tab completes '%s'", async (line, shown) => {
    await typed(["zsh", "-f", "-i"], `PROMPT='$ '; ${setup}`, line, shown.slice(line.length));
  });
});

describe.skipIf(Bun.which("fish") === null)("in fish", () => {
  async function candidates(line: string): Promise<string[]> {
    const script = `tsm completions fish | source; complete -C ${quoteForPosix(line)}`;
    const lines = await output("fish", "--no-config", "-c", script);
    return lines.map((it) => it.split("\t")[0] ?? "");
  }

  test("commands, options, values and sessions are offered", async () => {
    expect(await candidates("tsm re")).toContain("rename");
    expect(await candidates("tsm ls --so")).toEqual(["--sort"]);
    expect(await candidates("tsm ls --sort mem")).toEqual(["memory"]);
    expect(await candidates("tsm a w")).toEqual(["wo rk", "work"]);
    expect(await candidates("tsm a repo@")).toEqual(["repo@main"]);
    expect(await candidates("tsm kill a:b a:")).toEqual([]);
  });

  test("after the name of a new session another program's words are completed", async () => {
    expect(await candidates("tsm new x printe")).toContain("printenv");
  });
});

test("nushell gets every command with its options", async () => {
  const script = await box.ok("completions", "nu");
  expect(script).toContain('export extern "tsm list" [');
  expect(script).toContain("--read-only(-r) # watch only");
  expect(script).toContain('...names: string@"nu-complete tsm sessions"');
});

test("an unknown shell is wrong use", async () => {
  expect(await box.run(["completions", "tcsh"])).toEqual({
    code: 2,
    stdout: "",
    stderr: "Unknown shell 'tcsh': tsm completions <bash|zsh|fish|nu>\n",
  });
});
