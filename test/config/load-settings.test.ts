import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { checkConfig } from "../../src/config/check-config.ts";
import { loadSettings } from "../../src/config/load-settings.ts";
import { defaultSettings } from "../../src/config/settings.ts";
import { TestDirectory } from "./test-directory.ts";

test("without a file the defaults hold", async () => {
  using dir = new TestDirectory();
  const env = { HOME: dir.path };
  expect(await loadSettings(env)).toEqual(defaultSettings());
  expect(await checkConfig(env)).toEqual({
    path: dir.join(".config/tsm/config.toml"),
    isPresent: false,
    errors: [],
  });
});

test("the file overrides defaults, the environment overrides the file, flags override everything", async () => {
  using dir = new TestDirectory();
  writeFileSync(dir.join("c.toml"), '[tui]\nmode = "simplified"\nkeymap = "palette"\n');
  const file = { TSM_CONFIG_FILE: dir.join("c.toml") };
  expect((await loadSettings(file)).tui).toMatchObject({ mode: "simplified", keymap: "palette" });
  const empty = { ...file, TSM_TUI_MODE: "", TSM_TUI_KEYMAP: "" };
  expect((await loadSettings(empty)).tui.mode).toBe("simplified");
  const env = { ...file, TSM_TUI_MODE: "full", TSM_TUI_KEYMAP: "default" };
  expect((await loadSettings(env)).tui).toMatchObject({ mode: "full", keymap: "default" });
  const flagged = await loadSettings(env, { mode: "simplified", keymap: "palette" });
  expect(flagged.tui).toMatchObject({ mode: "simplified", keymap: "palette" });
});

test("a bad variable and a bad flag are refused by name", async () => {
  using dir = new TestDirectory();
  const env = { HOME: dir.path };
  await expect(loadSettings({ ...env, TSM_TUI_MODE: "big" })).rejects.toMatchObject({
    code: "config",
    message: 'TSM_TUI_MODE is "big", but must be "full" or "simplified".',
    remedy: "Correct the variable or unset it.",
  });
  await expect(loadSettings({ ...env, TSM_TUI_KEYMAP: "vi" })).rejects.toMatchObject({
    code: "config",
    message: 'TSM_TUI_KEYMAP is "vi", but must be "default" or "palette".',
  });
  await expect(loadSettings(env, { keymap: "vi" })).rejects.toMatchObject({
    code: "usage",
    exitCode: 2,
    message: '--keymap is "vi", but must be "default" or "palette".',
  });
});

test("loading stops at the first mistake, checking reports all of them", async () => {
  using dir = new TestDirectory();
  const path = dir.join("c.toml");
  writeFileSync(path, "[git]\nauto = 1\n[shell]\nprompt = 1\n");
  await expect(loadSettings({ TSM_CONFIG_FILE: path })).rejects.toMatchObject({
    code: "config",
    message: `${path}:2: unknown key "auto" in [git].`,
  });
  const report = await checkConfig({ TSM_CONFIG_FILE: path });
  expect(report.errors.map((error) => error.message)).toEqual([
    `${path}:2: unknown key "auto" in [git].`,
    `${path}:4: prompt in [shell] is 1, but must be true or false.`,
  ]);
});

test("a file that cannot be read is an error and does not give the defaults", async () => {
  using dir = new TestDirectory();
  await expect(loadSettings({ TSM_CONFIG_FILE: dir.path })).rejects.toMatchObject({
    code: "config",
    message: `Cannot read the configuration ${dir.path}: it is a directory.`,
    remedy: "Make it a file that you may read, or name another one in TSM_CONFIG_FILE.",
  });
  const report = await checkConfig({ TSM_CONFIG_FILE: dir.path });
  expect(report.errors).toHaveLength(1);
  writeFileSync(dir.join("big"), "#".repeat(1024 * 1024 + 1));
  await expect(loadSettings({ TSM_CONFIG_FILE: dir.join("big") })).rejects.toMatchObject({
    message: `Cannot read the configuration ${dir.join("big")}: larger than 1 MiB.`,
  });
});
