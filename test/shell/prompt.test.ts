import { describe, expect, test, setDefaultTimeout } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { SHELL_KINDS } from "../../src/shell/shell-kind.ts";
import { renameShellFiles } from "../../src/shell/shell-files.ts";
import { TEST_TIME_LIMIT_MS, TestHome, isInstalled } from "./shell-under-test.ts";

setDefaultTimeout(TEST_TIME_LIMIT_MS);

/** Everything that any of the three shells might expand in a prompt. */
const HOSTILE_NAME = "a$(touch pwn)`touch pwn`%n%1v\\u\\$!!${HOME}'q\"{x;touch pwn;é~*#";

/** Start-up files that give each shell the same two-line prompt. */
const TWO_LINES = {
  ".bashrc": String.raw`PS1='\u above$(printf "")\n\[\e[1m\]below> \[\e[0m\]'`,
  ".zshrc": `PS1=$'%n above\\n%Bbelow> %b'`,
  ".config/fish/config.fish": `function fish_prompt; echo above; echo -n 'below> '; end`,
};

describe.each(SHELL_KINDS)("%s (skipped where it is not installed)", (kind) => {
  const it = test.skipIf(!isInstalled(kind));

  it("has the mark before its prompt, and a new one at the prompt after a rename", async () => {
    await using home = new TestHome();
    const shell = home.start(kind);
    await shell.until("[tsm:work] ");
    renameShellFiles(home.socketDir, "work", "play time");
    shell.type("\r");
    await shell.until("[tsm:play time] ");
    await shell.command('echo "S=$TSM_SESSION."', "S=play time.");
    renameShellFiles(home.socketDir, "play time", "third");
    shell.type("\r");
    expect(await shell.until("[tsm:third] ")).not.toContain("tsm:work");
    expect(existsSync(home.join(`sockets/.${kind}/work`))).toBe(true);
  });

  it("shows a hostile name as it is, and runs nothing of it", async () => {
    await using home = new TestHome();
    const shell = home.start(kind, { name: HOSTILE_NAME });
    await shell.until(`[tsm:${HOSTILE_NAME}] `);
    await shell.command("echo one", "one");
    await shell.until(`[tsm:${HOSTILE_NAME}] `);
    expect(existsSync(home.join("pwn"))).toBe(false);
  });

  it("has no mark when it is turned off, and everything else all the same", async () => {
    await using home = new TestHome();
    const shell = home.start(kind, { options: { prompt: false } });
    await shell.until("\u001b]133;B\u0007");
    await shell.command('echo "S=$TSM_SESSION."', "S=work.");
    await shell.until("\u001b]133;B\u0007");
    expect(shell.output).not.toContain("[tsm:");
  });

  it("has the mark in the last line of a prompt with several", async () => {
    await using home = new TestHome();
    const shell = home.start(kind, { files: TWO_LINES });
    const first = await shell.until("[tsm:work] ");
    expect(Bun.stripANSI(first)).toMatch(/above\s+$/);
    expect(first).not.toContain("below");
    expect(Bun.stripANSI(await shell.until("> "))).toBe("below");
    expect(shell.output).not.toContain("$(printf");
  });

  it("keeps its prompt when its files have gone", async () => {
    await using home = new TestHome();
    const shell = home.start(kind);
    await shell.until("[tsm:work] ");
    rmSync(home.join(`sockets/.${kind}`), { recursive: true });
    await shell.command("echo on''e", "one");
    const rest = await shell.until("[tsm:work] ");
    expect(rest.toLowerCase()).not.toMatch(/no such file|error|warning/);
  });

  it("sets the window title to the session", async () => {
    await using home = new TestHome();
    const shell = home.start(kind);
    await shell.until(kind === "fish" ? "\u001b]0;tsm:work\u0007" : "\u001b]2;tsm:work\u0007");
  });
});

describe.skipIf(!isInstalled("bash"))("bash (skipped where it is not installed)", () => {
  test.each([
    ["one", `PROMPT_COMMAND='echo "mine=$?"; '`],
    ["an exported one", `export PROMPT_COMMAND='echo "mine=$?" # remark'`],
    ["a list", `PROMPT_COMMAND=('false' 'echo "mine=$?"')`],
  ])("keeps the user's prompt command, %s, with the right exit status", async (_title, line) => {
    await using home = new TestHome();
    const shell = home.start("bash", { files: { ".bashrc": `${line}\nPS1='$?> '\n` } });
    await shell.until("mine=0");
    await shell.until("[tsm:work] 0> ");
    await shell.command("(exit 3)", "mine=3");
    await shell.until("[tsm:work] 3> ");
    await shell.command("bash --norc -c 'echo P=$PROMPT_COMMAND.'", "P=.");
  });

  test("marks a prompt once that a theme rebuilds each time", async () => {
    await using home = new TestHome();
    const theme = `theme() { PS1="t$((++turn))> "; }; PROMPT_COMMAND=theme\n`;
    const shell = home.start("bash", { files: { ".bashrc": theme } });
    for (const turn of [1, 2, 3]) {
      expect(await shell.until(`t${turn}> `)).toEndWith("[tsm:work] ");
      shell.type("\r");
    }
    expect(shell.output).not.toContain("[tsm:work] [tsm:work]");
  });

  test("marks a prompt once that was put around the old one", async () => {
    await using home = new TestHome();
    const shell = home.start("bash", { files: { ".bashrc": "PS1='> '\n" } });
    await shell.until("[tsm:work] > ");
    shell.type('PS1="(venv) $PS1"\r');
    await shell.until("[tsm:work] (venv) > ");
  });

  test("leaves out a mark that cannot be placed", async () => {
    await using home = new TestHome();
    for (const [line, prompt] of [
      ["readonly PS1='fixed> '", "fixed> "],
      ["PS1='plain> '; shopt -u promptvars", "plain> "],
    ] as const) {
      const shell = home.start("bash", { files: { ".bashrc": `${line}\n` } });
      await shell.until(prompt);
      await shell.command("echo on''e", "one");
      await shell.until(prompt);
      expect(shell.output).not.toMatch(/\[tsm:|readonly variable|__tsm/);
    }
  });

  test("works with unset variables forbidden and with errexit", async () => {
    await using home = new TestHome();
    const shell = home.start("bash", { files: { ".bashrc": "set -eu; PS1='> '\n" } });
    await shell.until("[tsm:work] > ");
    shell.type("false && true\r");
    await shell.until("[tsm:work] > ");
    shell.type("\r");
    await shell.until("[tsm:work] > ");
    expect(shell.output).not.toContain("unbound");
  });
});

describe.skipIf(!isInstalled("zsh"))("zsh (skipped where it is not installed)", () => {
  test("keeps the user's hooks, with the right exit status", async () => {
    await using home = new TestHome();
    const files = {
      ".zshrc": `precmd() { print "mine=$?" }
        preexec() { print "before=$1" }
        other() { print "other=$?"; false }; precmd_functions+=(other)
        PS1='%?> '\n`,
    };
    const shell = home.start("zsh", { files });
    await shell.until("mine=0");
    await shell.until("[tsm:work] 0> ");
    await shell.command("(exit 3)", "before=(exit 3)");
    await shell.until("mine=3");
    await shell.until("other=3");
    await shell.until("[tsm:work] 3> ");
  });

  test("shows a hostile name as it is, whatever its prompt expands", async () => {
    await using home = new TestHome();
    for (const options of ["prompt_subst", "prompt_subst prompt_bang", "no_prompt_percent"]) {
      const files = { ".zshrc": `setopt ${options}; PS1='p> '\n` };
      const shell = home.start("zsh", { name: HOSTILE_NAME, files });
      await shell.until(`[tsm:${HOSTILE_NAME}] p> `);
      shell.type("setopt no_prompt_subst no_prompt_bang prompt_percent\r");
      await shell.until(`[tsm:${HOSTILE_NAME}] `);
      await shell.until("p> ");
      expect(existsSync(home.join("pwn"))).toBe(false);
    }
  });

  test("marks a prompt once that a theme rebuilds each time", async () => {
    await using home = new TestHome();
    const theme = 'theme() { PS1="t$((++turn))> " }; precmd_functions=(theme $precmd_functions)\n';
    const shell = home.start("zsh", { files: { ".zshrc": theme } });
    for (const turn of [1, 2, 3]) {
      expect(await shell.until(`t${turn}> `)).toEndWith("[tsm:work] ");
      shell.type("\r");
    }
    expect(shell.output).not.toContain("[tsm:work] [tsm:work]");
  });

  test("marks a prompt that is a substitution, whose first line is full", async () => {
    await using home = new TestHome();
    const files = {
      ".zshrc": `setopt prompt_subst; precmd() { code=$? }
        one() { print -n "one=$code> " }; PROMPT='$(one)'
        two() { PROMPT=$'$(one)\\n%n\\ntwo> ' }\n`,
    };
    const shell = home.start("zsh", { files });
    await shell.until("[tsm:work] one=0> ");
    await shell.command("(exit 3)", "[tsm:work] one=3> ");
    shell.type("two\r");
    await shell.until("one=0> ");
    await shell.until("[tsm:work] two> ");
  });

  test("keeps the last word over a hook that is added later", async () => {
    await using home = new TestHome();
    const shell = home.start("zsh");
    await shell.until("[tsm:work] ");
    shell.type("late() { PS1='la''te> ' }; precmd_functions+=(late)\r");
    await shell.until("[tsm:work] late> ");
    shell.type("\r");
    await shell.until("[tsm:work] late> ");
  });

  test("leaves out a mark that cannot be placed", async () => {
    await using home = new TestHome();
    for (const line of ["typeset -r PS1='fixed> '", "p10k() { :; }; PS1='fixed> '"]) {
      const shell = home.start("zsh", { files: { ".zshrc": `${line}\n` } });
      await shell.until("fixed> ");
      await shell.command("echo on''e", "one");
      await shell.until("fixed> ");
      expect(shell.output).not.toMatch(/\[tsm:|read-only/);
    }
  });

  test("is not confused by the user's options and aliases", async () => {
    await using home = new TestHome();
    const files = {
      ".zshenv": "alias local=false typeset=false print=false\n",
      ".zshrc": "setopt ksh_arrays sh_word_split no_unset err_return noclobber; PS1='> '\n",
    };
    const shell = home.start("zsh", { files });
    await shell.until("[tsm:work] > ");
    shell.type("\r");
    await shell.until("[tsm:work] > ");
    expect(shell.output).not.toContain("__tsm");
  });
});

describe.skipIf(!isInstalled("fish"))("fish (skipped where it is not installed)", () => {
  test("keeps the user's prompt, with the right exit status, also one that comes later", async () => {
    await using home = new TestHome();
    const files = {
      ".config/fish/functions/fish_prompt.fish":
        'function fish_prompt; echo -n "mine=$status/$pipestatus> "; end\n',
    };
    const shell = home.start("fish", { files });
    await shell.until("[tsm:work] mine=0/0> ");
    shell.type("false | sh -c 'exit 3'\r");
    await shell.until("[tsm:work] mine=3/1 3> ");
    shell.type("function fish_prompt; echo -n 'later> '; end\r");
    await shell.until("[tsm:work] later> ");
  });

  test("keeps the user's own window title", async () => {
    await using home = new TestHome();
    const files = { ".config/fish/config.fish": "function fish_title; echo my title; end\n" };
    const shell = home.start("fish", { files });
    await shell.until("\u001b]0;my title\u0007");
  });

  test("stays silent where the user's prompt prints nothing", async () => {
    await using home = new TestHome();
    const files = { ".config/fish/config.fish": "function fish_prompt; end\n" };
    const shell = home.start("fish", { files });
    await shell.until("\u001b]133;A\u0007");
    await shell.command("echo on''e", "one");
    await shell.until("\u001b]133;A\u0007");
    expect(shell.output).not.toContain("[tsm:");
  });
});
