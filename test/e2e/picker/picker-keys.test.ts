import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";

import { createRepository } from "../../git/repositories.ts";
import { ctrl, KEY } from "../../tui/driver.ts";
import { PickerScreen } from "../support/picker-screen.ts";
import { Sandbox } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

let box: Sandbox;
let user: PickerScreen;

/** A repository `web` with two sessions, and two sessions elsewhere. */
beforeEach(async () => {
  box = new Sandbox();
  const repository = createRepository(join(box.root, "web"));
  for (const name of ["api", "worker"]) await box.run(["new", name], { cwd: repository });
  await box.run(["new", "notes"]);
  await box.run(["new", "zoo", "sh", "-c", "printf '\\154eft%066d\\162ight' 0; exec cat"]);
});

afterEach(async () => {
  await box[Symbol.asyncDispose]();
});

/** Opens the picker with the cursor on `notes`, behind the repository's sessions. */
async function open(...args: string[]): Promise<PickerScreen> {
  user = await new PickerScreen(box, ["tui", ...args], { rows: 30, cols: 120 }).picker(4);
  await user.until("▌ ▾ web (2)");
  user.type(KEY.down.repeat(3));
  return await user.until("▌ notes");
}

async function names(): Promise<string> {
  return (await box.ok("list"))
    .split("\n")
    .slice(1)
    .map((line) => line.split(" ")[0])
    .join(" ")
    .trim();
}

/** What was copied last. */
function clipboard(): string {
  const found = [...user.screen.text.matchAll(/\x1b\]52;c;([^\x1b]*)\x1b\\/g)].at(-1)?.[1] ?? "";
  return Buffer.from(found, "base64").toString();
}

describe("keymap default", () => {
  test("up and down move over sessions and headers; left and right fold", async () => {
    await open();
    user.type(KEY.up);
    await user.until("▌   worker");
    user.type(KEY.up + KEY.up);
    await user.until("▌ ▾ web (2)");
    user.type(KEY.left);
    await user.until("▌ ▸ web (2)");
    expect(user.text).not.toContain("api");
    user.type(KEY.right);
    await user.until("▌ ▾ web (2)");
    user.type("\r");
    await user.until("▌ ▸ web (2)");
    user.type(`\r${KEY.down}`);
    await user.until("▌   api");
    user.type(KEY.left);
    await user.until("▌ ▾ web (2)");
    user.type(KEY.down.repeat(9));
    await user.until("▌ zoo");
  });

  test("right and left scroll a preview that is wider than its pane", async () => {
    await open();
    user.type(KEY.end);
    await user.until("▌ zoo");
    await user.until("left0000");
    expect(user.text).not.toContain("right");
    user.type(KEY.right);
    await user.until("0right");
    user.type(KEY.left);
    await user.until("left0000");
    expect(user.text).not.toContain("right");
  });

  test("enter attaches", async () => {
    await open();
    user.type(`${KEY.up}\r`);
    await user.until(() => !user.isAlt);
    user.type("echo $TSM_SESSION attached\r");
    await user.until("worker attached");
  });

  test("space and ctrl+a select; detach and kill act on all that are selected", async () => {
    await open();
    user.type(" ");
    await user.until("▌✓notes");
    user.type(`${KEY.end} k`);
    await user.until("▌✓zoo");
    await user.until("kill 2 sessions? y/n");
    user.type("n");
    await user.until(() => !user.text.includes("y/n"));
    expect(await names()).toBe("api notes worker zoo");
    user.type("ky");
    await user.picker(2);
    expect(await names()).toBe("api worker");
    user.type(ctrl("a"));
    await user.until(/✓.*web[^]*✓.*api[^]*✓.*worker/);
    user.type("d");
    await user.until("detached: worker");
  });

  test("d detaches a session's clients", async () => {
    const other = new PickerScreen(box, ["attach", "notes"]);
    await other.until("$");
    await open();
    await user.until(/notes +●/);
    user.type("d");
    expect(await other.screen.exited()).toBe(0);
    await user.until("detached: notes");
    await user.until(/notes +○/);
  });

  test("n asks for name and directory, k asks first, r begins with the old name", async () => {
    await open();
    user.type("nnotes\r");
    await user.until("A session called notes already exists.");
    user.type(`2\r${ctrl("u")}~/web\r`);
    await user.until("created: notes2");
    await user.until("▾ web (3)");
    await user.until("▌   notes2");
    user.type("r");
    await user.until("enter rename");
    user.type("x\r");
    await user.until("renamed: notes2 is now notes2x");
    await user.until("▌   notes2x");
    expect(await names()).toBe("api notes notes2x worker zoo");
    user.type("k");
    await user.until("any other key cancel");
    user.type("y");
    await user.until("killed: notes2x");
    expect(await names()).toBe("api notes worker zoo");
  });

  test("an error stays on the log line until the next key", async () => {
    await open();
    user.type("nbad name/x\r");
    const error = "must not contain path separators";
    await user.until(error);
    user.type(KEY.esc);
    await user.until(() => !user.text.includes(error));
  });

  test("c copies the command; s sorts; ctrl+o changes the layout; w does nothing yet", async () => {
    await open();
    user.type("c");
    await user.until("copied: tsm attach notes");
    expect(clipboard()).toBe("tsm attach notes");
    for (const order of ["name", "clients", "age", "memory", "repo"]) {
      user.type("s");
      await user.until(`by ${order}`);
    }
    user.type(ctrl("o"));
    await user.until(() => !user.text.includes("directory   "));
    user.type(`w${ctrl("o")}`);
    await user.until("directory   ");
  });

  test("/ filters by name, branch, repository and directory; esc clears, then quits", async () => {
    await open();
    for (const [query, first] of [
      ["wrk", "▌   worker"],
      ["main", "▌   api"],
      ["web", "▌   api"],
    ] as const) {
      user.type(`/${query}`);
      await user.until((): boolean => new RegExp(`› ${query}`).test(user.text));
      await user.until(new RegExp(first.replace(/ +/, " +")));
      expect(user.text).not.toContain("zoo");
      user.type(KEY.esc);
      await user.until("zoo");
    }
    user.type("/wrk\r");
    await user.until(() => !user.isAlt);
    user.type("echo $TSM_SESSION found\r");
    await user.until("worker found");
  });

  test("[ and ] scroll the log; ctrl+r refreshes the list at once", async () => {
    await open();
    for (let count = 1; count <= 9; count++) {
      user.type(`r${count}\r`);
      await user.until(/is now notes\d+/);
      await user.until(new RegExp(`is now notes[1-9]*${count}`));
    }
    await user.until(() => !user.text.includes("notes is now notes1"));
    user.type("[[[[[[[[[");
    await user.until("notes is now notes1");
    user.type("]]]]]]]]]");
    await user.until("is now notes123456789");
    await box.ok("new", "another");
    user.type(ctrl("r"));
    await user.picker(5);
  });

  test.each(["q", ctrl("c"), KEY.esc])("%j quits and leaves nothing behind", async (key) => {
    await open();
    user.type(key);
    expect(await user.screen.exited()).toBe(0);
    expect(user.leftovers()).toEqual([]);
  });
});

describe("keymap palette", () => {
  test("typing filters at once; esc clears the filter, then quits", async () => {
    await open("--keymap", "palette");
    user.type("zo");
    await user.until("▌ zoo");
    await user.until(() => !user.text.includes("notes"));
    user.type(KEY.esc);
    await user.until("notes");
    user.type(KEY.esc);
    expect(await user.screen.exited()).toBe(0);
    expect(user.leftovers()).toEqual([]);
  });

  test("ctrl+n and ctrl+p move, left and right fold, tab and ctrl+a select", async () => {
    await open("--keymap", "palette");
    user.type(ctrl("n"));
    await user.until("▌ zoo");
    user.type(ctrl("p").repeat(4));
    await user.until("▌ ▾ web (2)");
    user.type(KEY.left);
    await user.until("▌ ▸ web (2)");
    user.type(KEY.right);
    await user.until("▌ ▾ web (2)");
    user.type(`${KEY.down}${KEY.tab}`);
    await user.until("▌✓  api");
    user.type(ctrl("a"));
    await user.until(/✓.*web[^]*✓notes/);
    user.type(ctrl("a"));
    await user.until(() => !user.text.includes("✓"));
  });

  test("ctrl+t makes, ctrl+x kills, ctrl+d detaches, ctrl+y copies, ctrl+s sorts", async () => {
    await open("--keymap", "palette");
    user.type(ctrl("y"));
    await user.until("copied: tsm attach notes");
    expect(clipboard()).toBe("tsm attach notes");
    user.type(ctrl("s"));
    await user.until("by name");
    user.type(ctrl("d"));
    await user.until(/detached: (api|notes)/);
    user.type(`${ctrl("t")}made\r\r`);
    await user.until("▌ made");
    user.type(`${ctrl("x")}y`);
    await user.until("killed: made");
    user.type(`${ctrl("r")}${ctrl("o")}`);
    await user.until(() => !user.text.includes("directory   "));
    user.type(`${ctrl("f")}zoo`);
    await user.until("▌ zoo");
    user.type("\r");
    await user.until(() => !user.isAlt);
    user.type("to cat\r");
    await user.until(/to cat[^]*to cat/);
  });

  test("ctrl+c quits at once, also from a question", async () => {
    await open("--keymap", "palette");
    user.type(ctrl("x"));
    await user.until("any other key");
    user.type(ctrl("c"));
    expect(await user.screen.exited()).toBe(0);
    expect(await names()).toBe("api notes worker zoo");
  });
});
