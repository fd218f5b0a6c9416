import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { ctrl, KEY } from "../driver.ts";
import { PickerRun, TIME_LIMIT_MS } from "../picker-run.ts";

setDefaultTimeout(3 * TIME_LIMIT_MS);

test("the list is shown with the current session marked and its preview", async () => {
  await using run = new PickerRun();
  await run.until("▌ notes *");
  await run.until("~/src/notes $ bun test");
  expect(run.model.state.isAlt).toBe(true);
  expect(run.model.state.kitty.alt.flags).toBe(1);
  expect(run.model.replies).toEqual([]); // it has asked the terminal nothing
});

describe("the terminal is as it was", () => {
  test("after quitting", async () => {
    await using run = new PickerRun();
    await run.until("▌ notes *");
    expect(run.leftovers()).toContain("alternate screen");
    expect(run.leftovers()).toContain("raw mode");
    run.type("q");
    expect(await run.ended()).toEqual({ exitCode: 0, signal: null });
    await run.until("choice");
    expect(run.leftovers()).toEqual([]);
    expect(run.text).toContain('choice {"kind":"quit","current":"notes","rest":""}');
  });

  test.each(["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const)("after %s", async (signal) => {
    await using run = new PickerRun();
    await run.until("▌ notes *");
    run.signal(signal);
    expect(await run.ended()).toMatchObject({ signal });
    expect(run.leftovers()).toEqual([]);
  });

  test.each(["--throw", "--reject"])(
    "after a failure elsewhere (%s), which is told",
    async (flag) => {
      await using run = new PickerRun({ flags: [flag] });
      await run.until("▌ notes *");
      run.type(KEY.up);
      expect((await run.ended()).exitCode).not.toBe(0);
      await run.until("thrown on purpose");
      expect(run.leftovers()).toEqual([]);
    },
  );

  test("after a signal while a name is edited and the picker is narrow", async () => {
    await using run = new PickerRun({ rows: 10, cols: 40 });
    await run.until("notes *");
    run.type("rabc");
    await run.until("notesabc");
    run.signal("SIGTERM");
    await run.ended();
    expect(run.leftovers()).toEqual([]);
  });

  test("by synchronous writes in the order that terminals need", async () => {
    await using run = new PickerRun();
    await run.until("▌ notes *");
    run.type("q");
    await run.ended();
    const order = ["\x1b[<u", "\x1b[?2004l", "\x1b[?25h", "\x1b[0m", "\x1b[?1049l"];
    const places = order.map((sequence) => run.output.lastIndexOf(sequence));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });
});

describe("typing ahead", () => {
  test("keys typed before the program has started act on the first list", async () => {
    await using run = new PickerRun();
    run.type(`/web${KEY.enter}`);
    await run.until('"name":"web"');
  });

  test("keys typed before a slow first list wait for it", async () => {
    await using run = new PickerRun({ flags: ["--slow"] });
    await run.until(() => run.model.state.isAlt);
    run.type(KEY.down);
    run.type(KEY.enter);
    await run.until('"name":"stuck"');
  });

  test("ctrl+c does not wait for the list", async () => {
    await using run = new PickerRun({ flags: ["--slow"] });
    await run.until(() => run.model.state.isAlt);
    run.type(ctrl("c"));
    await run.until('"kind":"quit"');
    expect(run.text).not.toContain("▌ notes");
  });

  test("four keys in one read are four keys", async () => {
    await using run = new PickerRun();
    await run.until("▌ notes *");
    run.type(`${KEY.up}${KEY.up}${KEY.up}${KEY.enter}`);
    await run.until('"name":"api@feature-x"');
  });

  test("keys in the same read as enter are passed on", async () => {
    await using run = new PickerRun();
    await run.until("▌ notes *");
    run.type(`${KEY.enter}ls -l\x1b[A\x1b[99;5u\r`);
    await run.until(String.raw`"rest":"ls -l\u001b[A\u0003\r"`);
  });

  test("no key typed after enter is lost or echoed, however input is split", async () => {
    await using run = new PickerRun();
    await run.until("▌ notes *");
    const letters = "abcdefghijklmnopqrstuvwxyz";
    run.type(KEY.enter);
    for (const letter of letters) run.type(letter);
    run.type(ctrl("d"));
    await run.until("u0004");
    await run.ended();
    const rest = /"rest":"([a-z]*)/.exec(run.text)?.[1] ?? "";
    const read = [...run.text.matchAll(/read "([a-z]*)/g)].map(([, text]) => text).join("");
    expect(rest + read).toBe(letters);
    expect(run.text.replaceAll(/(choice|read) .*/g, "").trim()).toBe("");
    expect(run.leftovers()).toEqual([]);
  });
});

test("a lone ESC is Escape after a moment, but an arrow cut in two is not", async () => {
  await using run = new PickerRun();
  await run.until("▌ notes *");
  run.type("/we");
  await run.until("› we");
  run.type("\x1b");
  await run.until(() => !run.text.includes("› we"));
  run.type("\x1b[");
  run.type("A");
  await run.until("▌   web");
});

test("kill, rename, detach and new act and are logged", async () => {
  await using run = new PickerRun();
  await run.until("▌ notes *");
  run.type("r2\r");
  await run.until("renamed: notes is now notes2");
  await run.until("▌ notes2");
  run.type("d");
  await run.until("detached: notes2");
  run.type("ky");
  await run.until("killed: notes2");
  run.type("nfresh\r\r");
  await run.until("created: fresh");
  await run.until("▌ fresh");
});

test("copying sends the command to the terminal's clipboard", async () => {
  await using run = new PickerRun();
  await run.until("▌ notes *");
  run.type("c");
  await run.until("copied: tsm attach notes");
  const data = Buffer.from("tsm attach notes").toString("base64");
  expect(run.output).toContain(`\x1b]52;c;${data}\x1b\\`);
});

test("resize storms end with the right screen", async () => {
  await using run = new PickerRun({ flags: ["--many"] });
  await run.until("500 sessions");
  for (let i = 0; i < 40; i++) run.resize(5 + ((i * 7) % 30), 30 + ((i * 13) % 100));
  run.resize(20, 90);
  await run.until(() => /^ {2}tsm .*500 sessions · by repo$/.test(run.model.screen()[0] ?? ""));
  await run.until(() => /^ {2}enter .*select {2}/.test(run.model.screen()[19] ?? ""));
  run.type("q");
  await run.ended();
  expect(run.leftovers()).toEqual([]);
});

test("stopped and continued, it redraws itself", async () => {
  await using run = new PickerRun();
  await run.until("▌ notes *");
  const before = run.output.length;
  run.signal("SIGSTOP");
  run.signal("SIGCONT");
  await run.until(() => run.output.slice(before).includes("6 sessions"));
  expect(run.model.state.kitty.alt.list()).toEqual([0, 1]);
  run.type("q");
  await run.ended();
  expect(run.leftovers()).toEqual([]);
});

test("NO_COLOR turns colours off", async () => {
  await using run = new PickerRun({ env: { NO_COLOR: "1" } });
  await run.until("~/src/notes $ bun test");
  expect(run.output).not.toMatch(/\x1b\[[\d;]*(3[0-8]|4[0-8]|9[0-7])[;m]/);
});
