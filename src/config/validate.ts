import { DEFINITIONS } from "./definitions.ts";
import { KEYMAP_NAMES } from "./keymaps.ts";
import { nearestWord } from "./nearest.ts";
import { isTable, show } from "./problem.ts";
import type { Problem, Report } from "./problem.ts";
import { indistinguishableKey } from "./setting-kinds.ts";
import { defaultSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { readKeymap } from "./validate-keymap.ts";

/** Tables by dotted name, with the tables and keys that they may contain. */
const TABLES = knownTables();

/** Applies a parsed configuration to the defaults; calls `report` for each mistake. */
export function readDocument(document: unknown, report: Report): Settings {
  const settings = defaultSettings();
  if (isTable(document)) readTable([], document, settings, report);
  checkTwice(settings, report);
  return settings;
}

function readTable(
  path: readonly string[],
  table: Record<string, unknown>,
  settings: Settings,
  report: Report,
): void {
  const name = path.join(".");
  const known = TABLES.get(name) ?? [];
  for (const [key, value] of Object.entries(table)) {
    const here = [...path, key];
    const isKnown = known.includes(key);
    const definition = DEFINITIONS.find((one) => one.table === name && one.key === key);
    if (definition !== undefined) {
      if (!definition.apply(settings, value)) {
        report({
          path: here,
          fact: `${key} in [${name}] is ${show(value)}, but must be ${definition.expected}`,
          remedy:
            indistinguishableKey(value) ??
            `Correct the value; the default is ${definition.defaultText}.`,
        });
      }
    } else if (!isKnown) {
      report(unknownKey(here, known, isTable(value)));
    } else if (!isTable(value)) {
      const fact = `${key} is ${show(value)}, but must be a table`;
      report({ path: here, fact, remedy: `Write its keys below a line [${here.join(".")}].` });
    } else {
      const keymap = name === "tui.keymaps" && KEYMAP_NAMES.find((one) => one === key);
      if (keymap) settings.tui.keymaps[keymap] = readKeymap(here, keymap, value, report);
      else readTable(here, value, settings, report);
    }
  }
}

function unknownKey(path: readonly string[], known: readonly string[], isTable: boolean): Problem {
  const key = path.at(-1) ?? "";
  const parent = path.slice(0, -1).join(".");
  const meant = nearestWord(key, known);
  const where = parent === "" ? "" : ` in [${parent}]`;
  return {
    path,
    fact: isTable ? `unknown table [${path.join(".")}]` : `unknown key "${key}"${where}`,
    remedy: meant === undefined ? `Known here: ${known.join(", ")}.` : `Did you mean "${meant}"?`,
  };
}

/** Reports keys that two settings of one table share. */
function checkTwice(settings: Settings, report: Report): void {
  const { full, palette, toggle } = settings.shell.shortcuts;
  const shortcuts = { full, palette, toggle };
  reportTwice(["shell", "shortcuts"], shortcuts, `An empty string "" means no shortcut.`, report);
  const { detachKey, pickerKey } = settings.attach;
  const attach = { detach_key: detachKey, picker_key: pickerKey };
  reportTwice(["attach"], attach, `"none" means no key.`, report);
}

function reportTwice(
  path: readonly string[],
  keys: Record<string, string>,
  remedy: string,
  report: Report,
): void {
  const users = new Map<string, string>();
  for (const [name, key] of Object.entries(keys)) {
    if (key === "" || key === "none") continue;
    const other = users.get(key);
    if (other !== undefined) {
      const fact = `"${key}" in [${path.join(".")}] is used twice: for ${other} and ${name}`;
      report({
        path: [...path, name],
        otherPath: [...path, other],
        fact,
        remedy: `Choose another key for one. ${remedy}`,
      });
    }
    users.set(key, name);
  }
}

function knownTables(): ReadonlyMap<string, readonly string[]> {
  const tables = new Map<string, string[]>();
  const add = (table: string, key: string): void => {
    const keys = tables.get(table) ?? [];
    tables.set(table, keys.includes(key) ? keys : [...keys, key]);
    const dot = table.lastIndexOf(".");
    if (table !== "") add(dot === -1 ? "" : table.slice(0, dot), table.slice(dot + 1));
  };
  for (const { table, key } of DEFINITIONS) add(table, key);
  for (const keymap of KEYMAP_NAMES) add("tui.keymaps", keymap);
  return tables;
}
