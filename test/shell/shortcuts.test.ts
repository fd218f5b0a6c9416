import { describe, expect, test, setDefaultTimeout } from "bun:test";
import { SHELL_KINDS } from "../../src/shell/shell-kind.ts";
import { TEST_TIME_LIMIT_MS, TestHome, isInstalled } from "./shell-under-test.ts";

setDefaultTimeout(TEST_TIME_LIMIT_MS);

const USER_FILES = {
  bash: { ".bashrc": "set -o vi\n" },
  zsh: { ".zshrc": "bindkey -v\n" },
  fish: { ".config/fish/config.fish": "fish_vi_key_bindings\n" },
};

const INPUT_STARTS = "\u001b]133;B\u0007";

describe.each(SHELL_KINDS)("%s (skipped where it is not installed)", (kind) => {
  const it = test.skipIf(!isInstalled(kind));

  it.each([
    ["emacs", {}],
    ["vi", USER_FILES[kind]],
  ])("runs tsm from its keys, in %s mode, with the terminal to read from", async (_mode, files) => {
    await using home = new TestHome();
    const shell = home.start(kind, { files });
    for (const [key, called] of [
      ["\u001d", "palette"],
      ["\u0007", "tui --full"],
      ["\u0014", "toggle"],
    ] as const) {
      await shell.until(INPUT_STARTS);
      shell.type(key);
      // The program reads in the line editor's terminal mode: a line ends as that mode says.
      shell.type("typed\r\n");
      await shell.until(`RAN[${called}] READ[typed`);
      shell.type("\r");
    }
    await shell.until(INPUT_STARTS);
    await shell.command("echo st''ill", "still");
  });

  it("has no key without a shortcut, and any control key with one", async () => {
    await using home = new TestHome();
    for (const [full, byte] of [
      ["ctrl+^", "\u001e"],
      ["ctrl+_", "\u001f"],
      ["ctrl+t", "\u0014"],
    ] as const) {
      const shell = home.start(kind, {
        options: { shortcuts: { full, palette: "", toggle: "" } },
      });
      await shell.until(INPUT_STARTS);
      // Another use of the key, if the shell has one, takes the letter behind it.
      shell.type(`\u001dz\u0015${byte}typed\r\n`);
      await shell.until("RAN[tui --full] READ[typed");
      expect(shell.output).not.toContain("RAN[palette]");
      await shell.end();
    }
  });
});
