import { describe, expect, test, setDefaultTimeout } from "bun:test";
import { mkdirSync } from "node:fs";
import { SHELL_KINDS } from "../../src/shell/shell-kind.ts";
import { TEST_TIME_LIMIT_MS, TestHome, isInstalled } from "./shell-under-test.ts";

setDefaultTimeout(TEST_TIME_LIMIT_MS);

const PROMPT_STARTS = "\u001b]133;A\u0007";
const INPUT_STARTS = "\u001b]133;B\u0007";
const OUTPUT_STARTS = "\u001b]133;C\u0007";

function commandEnded(code: number): string {
  return `\u001b]133;D;${code}\u0007`;
}

/** Every mark in what a shell printed, as its letter and argument. */
function marks(output: string): string[] {
  return [...output.matchAll(/\u001b\]133;([^\u0007\u001b]*)/g)].map((match) => match[1] ?? "");
}

describe.each(SHELL_KINDS)("%s (skipped where it is not installed)", (kind) => {
  const it = test.skipIf(!isInstalled(kind));

  it("marks prompt, input, output and end with the exit status", async () => {
    await using home = new TestHome();
    const shell = home.start(kind);
    await shell.until(PROMPT_STARTS);
    await shell.until("[tsm:work] ");
    await shell.until(INPUT_STARTS);
    for (const [line, code] of [
      ["true", 0],
      ["sh -c 'exit 3'", 3],
      ["sh -c 'kill -9 $$'", 137],
    ] as const) {
      shell.type(`${line}\r`);
      await shell.until(OUTPUT_STARTS);
      await shell.until(commandEnded(code));
      await shell.until(PROMPT_STARTS);
      await shell.until(INPUT_STARTS);
    }
    await shell.command("echo o''ut", "");
    const between = await shell.until(OUTPUT_STARTS);
    expect(between).not.toContain("out");
    expect(await shell.until(commandEnded(0))).toContain("out");
  });

  it("an empty line is no command", async () => {
    await using home = new TestHome();
    const shell = home.start(kind);
    await shell.until(INPUT_STARTS);
    shell.type("\r");
    await shell.until(INPUT_STARTS);
    shell.type("\r");
    await shell.until(INPUT_STARTS);
    expect(marks(shell.output).filter((mark) => /^[CD]/.test(mark))).toEqual([]);
  });

  it("tells the working directory, percent-encoded", async () => {
    await using home = new TestHome();
    mkdirSync(home.join("a b%é;'#(漢"));
    const shell = home.start(kind);
    await shell.until(`${home.path}\u0007`);
    const encoded = `${home.path}/a%20b%25%C3%A9%3B%27%23%28%E6%BC%A2`;
    await shell.until(INPUT_STARTS);
    shell.type("cd a*\r");
    const before = await shell.until(`${encoded}\u0007`);
    expect(before.split("\u001b]7;file://").at(-1)).toMatch(/^[\w.-]*$/);
  });
});

/** What a user's own integration looks like, for marks and for the directory. */
const OWN_INTEGRATION = {
  bash: {
    file: ".bashrc",
    marks: String.raw`PS1='\[\e]133;A\e\\\]mine> '`,
    cwd: String.raw`osc() { printf '\e]7;mine\e\\'; }; PROMPT_COMMAND=osc`,
  },
  zsh: {
    file: ".zshrc",
    marks: String.raw`precmd() { print -Pn "\e]133;A\e\\" }; PS1='mine> '`,
    cwd: String.raw`osc() { printf '\e]7;mine\e\\' }; precmd() { osc }`,
  },
  fish: {
    file: ".config/fish/config.fish",
    marks: String.raw`function own --on-event fish_prompt; printf '\e]133;A\e\\'; end; function fish_prompt; echo -n 'mine> '; end`,
    cwd: String.raw`function own --on-event fish_prompt; printf '\e]7;mine\e\\'; end`,
  },
} as const;

describe.each(SHELL_KINDS)("%s (skipped where it is not installed)", (kind) => {
  const it = test.skipIf(!isInstalled(kind));
  const own = OWN_INTEGRATION[kind];

  it("leaves the marks to a set-up that sends them", async () => {
    await using home = new TestHome();
    const shell = home.start(kind, { files: { [own.file]: `${own.marks}\n` } });
    await shell.until("[tsm:work] ");
    await shell.until("mine> ");
    shell.type("true\r");
    await shell.until("[tsm:work] ");
    await shell.until("mine> ");
    expect(marks(shell.output)).toEqual(["A", "A"]);
    expect(shell.output).toContain(`${home.path}\u0007`);
  });

  it("leaves the working directory to a set-up that sends it", async () => {
    await using home = new TestHome();
    const shell = home.start(kind, { files: { [own.file]: `${own.cwd}\n` } });
    await shell.until("\u001b]7;mine");
    await shell.until(INPUT_STARTS);
    expect(shell.output).not.toContain("]7;file:");
  });
});

test.skipIf(!isInstalled("bash"))(
  "bash keeps the user's PS0 (skipped where it is not installed)",
  async () => {
    await using home = new TestHome();
    const shell = home.start("bash", { files: { ".bashrc": "PS0='before '\n" } });
    await shell.until(INPUT_STARTS);
    shell.type("true\r");
    await shell.until(`${OUTPUT_STARTS}before `);
  },
);
