import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { ctrl, KEY } from "../../tui/driver.ts";
import { PickerScreen } from "../support/picker-screen.ts";
import { Sandbox } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const PICKER_KEY = ctrl("]");
/** Its prompt is the same for every user. */
const SHELL = "PS1='$ ' exec sh";
const LINES = Array.from({ length: 200 }, (_, at) => `line ${at + 1} of a file`).join("\n");

/** A session with a program that fills the screen, and a user who is attached to it. */
async function inProgram(
  box: Sandbox,
  command: string,
  shown: string | RegExp,
): Promise<PickerScreen> {
  writeFileSync(join(box.root, "file"), LINES);
  await box.ok("new", "work", "sh", "-c", command);
  await box.ok("new", "other");
  const user = new PickerScreen(box, ["attach", "work"]);
  return await user.until(shown);
}

/** Everything about the terminal but its stack of titles, which no reset can empty. */
function stateOf({ model }: PickerScreen): string {
  const text = Buffer.from(model.snapshot()).toString("latin1");
  return text.replaceAll(/\x1b\][12];\x1b\\|\x1b\[22;[12]t/g, "");
}

describe("ctrl+] opens the picker from inside", () => {
  test.each([
    [
      "vim",
      "vim -u NONE -N --cmd 'set ruler shm+=F' +100 file",
      /^ {82}100,1 +49%$/m,
      "dG",
      "99,1",
    ],
    ["less", "less file", /line 23 of a file\n:$/m, " ", "line 46 of"],
  ])("%s, and escape shows the same screen again", async (_, command, shown, keys, then) => {
    await using box = new Sandbox();
    const user = await inProgram(box, command, shown);
    await user.until(() => user.isAlt);
    const { lines } = user;
    const state = stateOf(user);
    for (const close of [KEY.esc, PICKER_KEY, "q"]) {
      user.type(PICKER_KEY);
      await user.picker(2);
      await user.until("▌ work *");
      user.type(close);
      await user.until(() => user.lines.join("\n") === lines.join("\n"));
    }
    await user.until(() => stateOf(user) === state);
    user.type(keys);
    await user.until(then);
    await user.until(() => user.text !== lines.join("\n"));
  });

  test("escape returns to a session that was renamed meanwhile, not to one that got its name", async () => {
    await using box = new Sandbox();
    const user = await inProgram(box, SHELL, "$");
    user.type(PICKER_KEY);
    await user.until("▌ work *");
    await box.ok("rename", "work", "moved");
    await box.ok("new", "work", "sh", "-c", SHELL);
    user.type(KEY.esc);
    await user.until(() => !user.isAlt);
    user.type("echo in $$\r");
    const moved = JSON.parse(await box.ok("ls", "--json", "moved")) as { pid: string }[];
    await user.until(`in ${moved[0]?.pid}`);
    user.type(ctrl("\\"));
    await user.until("[detached from moved]");
  });

  test("a shell; enter switches to another session, with the keys typed after it", async () => {
    await using box = new Sandbox();
    const user = await inProgram(box, SHELL, "$");
    user.type(`${PICKER_KEY}${KEY.up}\recho $TSM_SESSION it is\r`);
    await user.until("other it is");
    expect(user.isAlt).toBe(false);
    user.type(ctrl("\\"));
    expect(await user.screen.exited()).toBe(0);
    await user.until("[detached from other]");
    expect(user.leftovers()).toEqual([]);
  });

  test("with what the session printed meanwhile on the screen afterwards", async () => {
    await using box = new Sandbox();
    const user = await inProgram(box, "read a; printf 'mean''while'; exec cat", "");
    user.type(PICKER_KEY);
    await user.picker(2);
    const other = new PickerScreen(box, ["attach", "work"]);
    other.type("\r");
    await other.until("meanwhile");
    user.type(KEY.esc);
    await user.until(() => !user.isAlt && user.text.includes("meanwhile"));
    user.type("both\r");
    await other.until(/both[^]*both/);
  });

  test("and a read-only client stays one", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const user = new PickerScreen(box, ["attach", "-r", "work"]);
    await user.until("$");
    user.type(PICKER_KEY);
    await user.picker(1);
    user.type(KEY.esc);
    await user.until(() => !user.isAlt);
    await user.until("$");
    user.type("echo never\r");
    const other = new PickerScreen(box, ["attach", "work"]);
    other.type("echo al''so\r");
    await other.until(/also\n/);
    await user.until(/also\n/);
    expect(other.text).not.toContain("never");
  });

  test("with the key that the configuration names", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const file = join(box.root, "config.toml");
    writeFileSync(file, '[attach]\npicker_key = "ctrl+g"\n');
    const user = new PickerScreen(box, ["attach", "work"], { env: { TSM_CONFIG_FILE: file } });
    await user.until("$");
    user.type(ctrl("g"));
    await user.picker(1);
    user.type(ctrl("g"));
    await user.until(() => !user.isAlt);
  });
});

describe("escape after the session", () => {
  test("was killed in the picker ends with a message", async () => {
    await using box = new Sandbox();
    const user = await inProgram(box, SHELL, "$");
    user.type(PICKER_KEY);
    await user.until("▌ work *");
    user.type("ky");
    await user.until("killed: work");
    user.type(KEY.esc);
    expect(await user.screen.exited()).toBe(0);
    await user.until("[work ended]");
    expect(user.leftovers()).toEqual([]);
  });

  test("was killed, all in one read, ends too", async () => {
    await using box = new Sandbox();
    const user = await inProgram(box, SHELL, "$");
    user.type(`${PICKER_KEY}kyq`);
    await user.screen.exited();
    await user.until("[work ended");
    expect(user.leftovers()).toEqual([]);
  });

  test("was renamed in the picker returns to it", async () => {
    await using box = new Sandbox();
    const user = await inProgram(box, SHELL, "$");
    user.type(PICKER_KEY);
    await user.until("▌ work *");
    user.type("r2\r");
    await user.until("work is now work2");
    user.type(KEY.esc);
    await user.until(() => !user.isAlt);
    user.type(ctrl("\\"));
    await user.until("[detached from work2]");
  });
});
