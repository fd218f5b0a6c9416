import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ctrl, KEY } from "../../tui/driver.ts";
import { PickerScreen } from "../support/picker-screen.ts";
import { Sandbox, TSM, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

async function withSessions(...names: string[]): Promise<Sandbox> {
  const box = new Sandbox();
  for (const name of names) await box.ok("new", name);
  return box;
}

function writeConfig(box: Sandbox, text: string): string {
  const dir = join(box.home, ".config", "tsm");
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "config.toml"), text);
  return join(dir, "config.toml");
}

/** In the full layout the list begins at the left; in the simplified one it is centred. */
const FULL = /^▌ one/m;
const SIMPLIFIED = /^ {10,}▌ one/m;

describe("the picker opens", () => {
  test("with tsm alone on a terminal; elsewhere that is the list", async () => {
    await using box = await withSessions("one", "two");
    const user = await new PickerScreen(box, []).picker(2);
    user.type("q");
    expect(await user.screen.exited()).toBe(0);
    expect(user.leftovers()).toEqual([]);
    expect(user.text.trim()).toBe("");
    expect(await box.ok()).toBe(await box.ok("list"));
  });

  test("with tsm attach when there are several sessions", async () => {
    await using box = await withSessions("one", "two");
    const user = await new PickerScreen(box, ["attach"]).picker(2);
    user.type(`${KEY.down}\r`);
    await user.until(() => !user.isAlt);
    user.type("echo $TSM_SESSION is it\r");
    await user.until("two is it");
    const { code, stdout, stderr } = await box.run(["attach"]);
    expect(code).toBe(1);
    expect(stdout).toContain("two");
    expect(stderr).toContain("tsm attach NAME");
  });

  test("in the layout and with the keys that flags, variables or the configuration name", async () => {
    await using box = await withSessions("one", "two");
    writeConfig(box, '[tui]\nmode = "simplified"\n');
    const cases: [args: string[], env: Record<string, string>, layout: RegExp, typing: boolean][] =
      [
        [[], {}, SIMPLIFIED, false],
        [["tui"], { TSM_TUI_MODE: "full" }, FULL, false],
        [["tui", "--full"], {}, FULL, false],
        [["tui", "--simplified"], { TSM_TUI_MODE: "full" }, SIMPLIFIED, false],
        [["tui"], { TSM_TUI_KEYMAP: "palette" }, SIMPLIFIED, true],
        [["tui", "--keymap", "default"], { TSM_TUI_KEYMAP: "palette" }, SIMPLIFIED, false],
        [["tui", "--full", "--keymap=palette"], {}, FULL, true],
        [["p"], { TSM_TUI_MODE: "full" }, SIMPLIFIED, true],
      ];
    for (const [args, env, layout, isTyping] of cases) {
      const user = await new PickerScreen(box, args, { env }).until(layout);
      user.type("d");
      await user.until(isTyping ? "No matches." : "detached: one");
      user.type(ctrl("c"));
      expect(await user.screen.exited()).toBe(0);
    }
  });

  test("empty, with a hint how to create a session", async () => {
    await using box = new Sandbox();
    const user = await new PickerScreen(box, []).until("No sessions yet.");
    user.type("nfirst\r\r");
    await user.until("▌ first");
    user.type("\r");
    await user.until(() => !user.isAlt);
    user.type("echo $TSM_SESSION in $PWD\r");
    await user.until(`first in ${box.root}`);
  });

  test("inside a session, where enter switches and the session itself is marked", async () => {
    await using box = await withSessions("one", "two");
    const user = new PickerScreen(box, ["attach", "one"]);
    await user.until("$");
    user.type(`'${TSM}' tui\r`);
    await user.until("▌ one *");
    user.type(`${KEY.down}\r`);
    // What is typed before the switch is done is still for the first session.
    await until(async () => /^two .*yes/m.test(await box.ok("ls")), "the switch");
    user.type("echo $TSM_SESSION now\r");
    await user.until("two now");
  });
});

describe("a mistake is reported before anything is drawn", () => {
  test.each([
    [["tui", "--full", "--simplified"], {}, 2, /--simplified and --full exclude each other/],
    [["tui", "--keymap", "vim"], {}, 2, /--keymap is "vim".*default.*palette/],
    [["tui", "--sideways"], {}, 2, /Unknown option '--sideways'/],
    [["palette", "x"], {}, 2, /Unexpected argument 'x'/],
    [[], { TSM_TUI_MODE: "huge" }, 1, /TSM_TUI_MODE is "huge"/],
    [["p"], { TSM_TUI_KEYMAP: "vim" }, 1, /TSM_TUI_KEYMAP is "vim"/],
  ] as const)("%j with %j", async (args, env, code, message) => {
    await using box = new Sandbox();
    const user = new PickerScreen(box, args, { env });
    expect(await user.screen.exited()).toBe(code);
    await user.until(message);
    expect(user.screen.text).not.toContain("\x1b");
  });

  test("in the configuration, with file, table and key", async () => {
    await using box = new Sandbox();
    const file = writeConfig(box, '[tui.keymaps.default]\nkill = ["d"]\n');
    const user = new PickerScreen(box, [], { cols: 200 });
    expect(await user.screen.exited()).toBe(1);
    await user.until(`${file}:2: key "d" in [tui.keymaps.default] has two actions`);
  });

  test("without a terminal, with another way", async () => {
    await using box = new Sandbox();
    const { code, stderr } = await box.run(["tui"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/not a terminal.*\n.*tsm ls/);
  });
});
