import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { configPath, installConfig, readConfigFile } from "../../src/config/config-file.ts";
import { DEFINITIONS } from "../../src/config/definitions.ts";
import { ACTION_NAMES, KEYMAP_NAMES } from "../../src/config/keymaps.ts";
import { controlKeyByte, parseKey } from "../../src/input/key-names.ts";
import { parseSettings } from "../../src/config/parse-settings.ts";
import { defaultSettings } from "../../src/config/settings.ts";
import { configTemplate } from "../../src/config/template.ts";
import { TestDirectory } from "./test-directory.ts";

test("the file's path follows the environment", () => {
  expect(configPath({ TSM_CONFIG_FILE: "/x/y.toml", XDG_CONFIG_HOME: "/xdg", HOME: "/h" })).toBe(
    "/x/y.toml",
  );
  expect(configPath({ TSM_CONFIG_FILE: "", XDG_CONFIG_HOME: "/xdg", HOME: "/h" })).toBe(
    "/xdg/tsm/config.toml",
  );
  expect(configPath({ XDG_CONFIG_HOME: "", HOME: "/h" })).toBe("/h/.config/tsm/config.toml");
  expect(configPath({ XDG_CONFIG_HOME: "not/absolute", HOME: "/h" })).toBe(
    "/h/.config/tsm/config.toml",
  );
});

test("the unchanged template has no effect, and gives the defaults when uncommented", () => {
  const template = configTemplate();
  expect(parseSettings(template, "t")).toEqual({ settings: defaultSettings(), errors: [] });
  const uncommented = template.replace(/^#(?=\S)/gm, "");
  expect(parseSettings(uncommented, "t")).toEqual({ settings: defaultSettings(), errors: [] });
});

test("the template names every setting and every action of both keymaps", () => {
  const settings = configTemplate().match(/^#\w+ = .+$/gm) ?? [];
  expect(settings).toHaveLength(DEFINITIONS.length + KEYMAP_NAMES.length * ACTION_NAMES.length);
});

test("a file is read up to 1 MiB, also one that has no size and no end", () => {
  using dir = new TestDirectory();
  const path = dir.join("config.toml");
  const text = "# \u00e4\n".repeat(200_000);
  writeFileSync(path, text);
  expect(readConfigFile(path)).toBe(text);
  writeFileSync(path, text.repeat(2));
  for (const endless of [path, "/dev/zero"]) {
    expect(() => readConfigFile(endless)).toThrow(
      `Cannot read the configuration ${endless}: larger than 1 MiB.`,
    );
  }
  expect(readConfigFile("/dev/null")).toBe("");
  expect(readConfigFile(`${path}/below`)).toBeUndefined();
  expect(() => readConfigFile("/tmp")).toThrow("it is a directory.");
});

test("the template is installed with its directory, and replaces a file only on request", () => {
  using dir = new TestDirectory();
  const path = dir.join("deep/er/config.toml");
  installConfig(path);
  expect(readFileSync(path, "utf8")).toBe(configTemplate());
  writeFileSync(path, "mine");
  expect(() => installConfig(path)).toThrow(`Configuration ${path} exists already.`);
  expect(readFileSync(path, "utf8")).toBe("mine");
  installConfig(path, true);
  expect(readFileSync(path, "utf8")).toBe(configTemplate());
  expect(() => installConfig(`${path}/below`)).toThrow(
    `Cannot write the configuration ${path}/below: a part of its path is no directory.`,
  );
});

test("keys have one spelling, and control keys a byte", () => {
  const keys: [string, string | undefined][] = [
    ["Up", "up"],
    ["R", "R"],
    ["/", "/"],
    ["é", "é"],
    ["Ctrl+A", "ctrl+a"],
    ["ctrl+space", "ctrl+space"],
    ["alt+R", "alt+R"],
    ["ctrl+up", "ctrl+up"],
    ["+", "+"],
    ["alt++", "alt++"],
    [" ", undefined],
    ["", undefined],
    ["ab", undefined],
    ["ctrl+", undefined],
    ["ctrl+[", undefined],
    ["f13", undefined],
  ];
  for (const [text, key] of keys) expect([text, parseKey(text)]).toEqual([text, key]);
  expect(controlKeyByte("ctrl+a")).toBe(0x01);
  expect(controlKeyByte("ctrl+\\")).toBe(0x1c);
  expect(controlKeyByte("ctrl+]")).toBe(0x1d);
  expect(controlKeyByte("ctrl+_")).toBe(0x1f);
  expect(controlKeyByte("none")).toBeUndefined();
});
