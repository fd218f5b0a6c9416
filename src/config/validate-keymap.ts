import { ACTION_NAMES, DEFAULT_KEYMAPS, isActionName } from "./keymaps.ts";
import type { ActionName, Keymap, KeymapName } from "./keymaps.ts";
import { SUGGESTED_KEYS, parseKey } from "../input/key-names.ts";
import { nearestWord } from "./nearest.ts";
import { show } from "./problem.ts";
import type { Report } from "./problem.ts";
import { indistinguishableKey } from "./setting-kinds.ts";

/** Applies one keymap of the file to its default: each action in the file gets new keys. */
export function readKeymap(
  path: readonly string[],
  name: KeymapName,
  table: Record<string, unknown>,
  report: Report,
): Keymap {
  const keymap: Record<ActionName, readonly string[]> = { ...DEFAULT_KEYMAPS[name] };
  const where = `[${path.join(".")}]`;
  for (const [action, value] of Object.entries(table)) {
    if (!isActionName(action)) {
      const meant = nearestWord(action, ACTION_NAMES);
      report({
        path: [...path, action],
        fact: `unknown action "${action}" in ${where}`,
        remedy:
          meant === undefined ? `Actions: ${ACTION_NAMES.join(", ")}.` : `Did you mean "${meant}"?`,
      });
    } else {
      keymap[action] = readKeys([...path, action], action, where, value, report);
    }
  }
  reportSharedKeys(path, table, keymap, report);
  return keymap;
}

function readKeys(
  path: readonly string[],
  action: ActionName,
  where: string,
  value: unknown,
  report: Report,
): string[] {
  if (!Array.isArray(value)) {
    const fact = `${action} in ${where} is ${show(value)}, but must be a list of keys`;
    report({ path, fact, remedy: `Write a list such as ["up", "ctrl+p"]; [] means no key.` });
    return [];
  }
  const keys = new Set<string>();
  for (const [index, name] of value.entries()) {
    const key = typeof name === "string" ? parseKey(name) : undefined;
    if (key !== undefined) {
      keys.add(key);
      continue;
    }
    report({
      path: [...path, String(index)],
      fact: `unknown key name ${show(name)} for ${action} in ${where}`,
      remedy: indistinguishableKey(name) ?? suggestKey(name),
    });
  }
  return [...keys];
}

function suggestKey(name: unknown): string {
  const meant =
    typeof name === "string" ? nearestWord(name.toLowerCase(), SUGGESTED_KEYS) : undefined;
  return meant === undefined
    ? `Keys are written like "d", "/", "up", "enter", "space", "esc", "tab", "f5" or "ctrl+a".`
    : `Did you mean "${meant}"?`;
}

/**
 * Reports keys with two actions, at the action that the file contains; when it contains both, at
 * the later one.
 */
function reportSharedKeys(
  path: readonly string[],
  table: Record<string, unknown>,
  keymap: Keymap,
  report: Report,
): void {
  const isNamed = (action: ActionName): boolean => Object.hasOwn(table, action);
  const named = Object.keys(table).filter(isActionName);
  const inOrder = [...ACTION_NAMES.filter((action) => !isNamed(action)), ...named];
  const users = new Map<string, ActionName>();
  for (const action of inOrder) {
    for (const key of keymap[action]) {
      const other = users.get(key);
      if (other !== undefined) {
        report({
          path: [...path, action],
          fact: `key "${key}" in [${path.join(".")}] has two actions: ${other} and ${action}`,
          remedy: `Give one of them another key; [] leaves an action without.`,
        });
      }
      users.set(key, action);
    }
  }
}
