import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { ctrl, KEY } from "../../tui/driver.ts";
import { PickerScreen } from "../support/picker-screen.ts";
import { Sandbox, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** A session that shows every byte it is given, and nothing else. */
async function createEcho(box: Sandbox, name: string): Promise<void> {
  await box.ok("new", name, "sh", "-c", "stty raw -echo; printf 're''ady '; exec cat");
  // What it says first proves that its terminal is raw by now.
  const probe = new PickerScreen(box, ["attach", "--read-only", name]);
  await probe.until("ready");
  probe.type(ctrl("\\"));
  await probe.screen.exited();
}

describe("typing ahead", () => {
  test("keys typed before the first frame act, and those after enter reach the session", async () => {
    await using box = new Sandbox();
    await createEcho(box, "one");
    await createEcho(box, "two");
    const user = new PickerScreen(box, []);
    user.type(`/two\r${LETTERS}`);
    await user.until(`ready ${LETTERS}`);
    user.type(ctrl("\\"));
    expect(await user.screen.exited()).toBe(0);
    await user.until("[detached from two]");
  });

  test("no key after enter is lost, doubled or echoed, however input is split", async () => {
    await using box = new Sandbox();
    await createEcho(box, "one");
    const user = await new PickerScreen(box, []).picker(1);
    user.type("\r");
    for (const letter of LETTERS) {
      user.type(letter);
      await Bun.sleep(0);
    }
    await user.until(`ready ${LETTERS}`);
    expect(user.lines.filter((line) => line !== "")).toEqual([`ready ${LETTERS}`]);
  });

  test("four keys in one read are four keys", async () => {
    await using box = new Sandbox();
    for (const name of ["a", "b", "c", "d"]) await createEcho(box, name);
    const user = await new PickerScreen(box, []).until("▌ a");
    user.type(`${KEY.down}${KEY.down}${KEY.down}\r`);
    await user.until("ready");
    user.type(ctrl("\\"));
    await user.until("[detached from d]");
  });

  test("control keys and arrows after enter arrive as a plain terminal sends them", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one", "sh", "-c", "stty raw -echo; printf 're''ady '; exec cat -v");
    const user = await new PickerScreen(box, []).picker(1);
    user.type("\rx\x1b[99;5u\x1b[27u\x1b[A\x1b[<0;3;3M.");
    await user.until("x^C^[^[[A.");
  });

  test("a kill that was asked for together with q is done", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two");
    const user = await new PickerScreen(box, []).until("▌ one");
    user.type("kyq");
    expect(await user.screen.exited()).toBe(0);
    await until(() => box.sockets().join() === "two", "the kill");
  });
});

describe("the screen", () => {
  test("is right after a storm of resizes, in the picker and in the session", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    const user = await new PickerScreen(box, []).picker(1);
    const storm = (rows: number, cols: number): void => {
      for (let i = 0; i < 40; i++) user.resize(5 + ((i * 7) % 30), 30 + ((i * 13) % 100));
      user.resize(rows, cols);
    };
    storm(20, 90);
    await user.until(() => user.lines[0]?.endsWith("1 session · by repo") === true);
    await user.until(() => /^ {2}enter attach .*select/.test(user.lines[19] ?? ""));
    user.type("\r");
    await user.until(() => !user.isAlt);
    storm(33, 101);
    // The answer is asked for again and again: no event tells when the shell knows.
    for (let times = 0; !user.text.includes("33 101"); times++) {
      user.type(`stty size; echo as${times}ked\r`);
      await user.until(`as${times}ked\n`);
      expect(times).toBeLessThan(200);
      await Bun.sleep(5);
    }
  });

  test("loses a session that dies while it is shown, without an error", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two", "sh", "-c", "printf 'still h''ere'; exec cat");
    const user = await new PickerScreen(box, []).until("▌ one");
    user.type(KEY.down);
    await user.until("still here");
    process.kill(box.daemonPid("two"), "SIGKILL");
    await user.picker(1);
    await user.until("▌ one");
    await user.until(() => !user.text.includes("still here"));
    expect(user.text).toContain("ended: two");
    user.type("q");
    expect(await user.screen.exited()).toBe(0);
  });

  test("never passes on what a preview's program printed", async () => {
    await using box = new Sandbox();
    // In a file, as the picker shows a session's command line.
    const evil = [
      "\x1b]0;evil\x07\x1b]52;c;ZXZpbA==\x07\x1bP$q m\x1b\\", // title, clipboard, a question
      "\x1b[?1003h\x1b[?1049h\x1b[?2004h\x1b[6n\x0e\x1b[5m", // modes, a question, charset, pen
      "\x1b[2J\x1b[1;1Hshown\u009b31m",
    ].join("");
    writeFileSync(join(box.root, "words"), evil);
    await box.ok("new", "one", "sh", "-c", "cat words; exec cat");
    const user = await new PickerScreen(box, []).until("shown");
    expect(user.screen.text).not.toMatch(/evil|ZXZp|\?1003h|\x1b\[6n|\x1bP|\x0e|\u009b/);
    expect(user.model.replies).toEqual([]);
    user.type("q");
    expect(await user.screen.exited()).toBe(0);
    expect(user.leftovers()).toEqual([]);
  });

  test("shows a hundred sessions and filters them", async () => {
    await using box = new Sandbox();
    const names = Array.from({ length: 100 }, (_, at) => `session-${String(at).padStart(3, "0")}`);
    for (let from = 0; from < names.length; from += 10) {
      const batch = names.slice(from, from + 10);
      await Promise.all(batch.map((name) => box.ok("new", name, "sleep", "1000")));
    }
    const user = await new PickerScreen(box, []).picker(100);
    user.type(KEY.end);
    await user.until("▌ session-099");
    user.type("/042");
    await user.until("▌ session-042");
    await user.until("1 of 100");
    user.type(`${KEY.esc}`);
    await user.picker(100);
    user.type(`${ctrl("a")}ky`);
    await user.until("No sessions yet.");
    user.type("q");
    expect(await user.screen.exited()).toBe(0);
    expect(box.sockets()).toEqual([]);
  });
});

describe("the terminal is restored after", () => {
  test.each(["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const)(
    "%s to the picker",
    async (signal) => {
      await using box = new Sandbox();
      await box.ok("new", "one");
      const user = await new PickerScreen(box, []).picker(1);
      user.screen.kill(signal);
      expect(await user.screen.exited()).toBeGreaterThan(128);
      await user.until(() => !user.isAlt);
      expect(user.leftovers()).toEqual([]);
    },
  );

  test.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s to the picker that was opened from a session", async (signal, code) => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    const user = new PickerScreen(box, ["attach", "one"]);
    await user.until("$");
    user.type(ctrl("]"));
    await user.picker(1);
    user.screen.kill(signal);
    expect(await user.screen.exited()).toBe(code);
    expect(user.leftovers()).toEqual([]);
  });

  test("SIGTERM to the session that was chosen in the picker", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    const user = await new PickerScreen(box, []).picker(1);
    user.type("\r");
    await user.until(() => !user.isAlt);
    await user.until("$");
    user.screen.kill("SIGTERM");
    expect(await user.screen.exited()).toBe(143);
    expect(user.leftovers()).toEqual([]);
  });
});
