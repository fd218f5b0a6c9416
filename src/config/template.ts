import { DEFINITIONS } from "./definitions.ts";
import { ACTIONS, ACTION_NAMES, DEFAULT_KEYMAPS, KEYMAP_NAMES } from "./keymaps.ts";
import type { KeymapName } from "./keymaps.ts";

const HEADER = `# Configuration of tsm.
#
# Every setting is listed here with its default. Uncomment a line (remove its '#') and
# change the value. 'tsm config check' reports mistakes.
`;

/** Returns the default configuration, with each setting commented out and explained. */
export function configTemplate(): string {
  const tables = [...new Set(DEFINITIONS.map(({ table }) => table))].map(tableText);
  return [HEADER, ...tables, ...KEYMAP_NAMES.map(keymapText)].join("\n");
}

function tableText(table: string): string {
  const settings = DEFINITIONS.filter((definition) => definition.table === table).map(
    ({ key, comment, defaultText }) => `${comment.map(prose).join("")}#${key} = ${defaultText}\n`,
  );
  return `[${table}]\n${settings.join("\n")}`;
}

function keymapText(name: KeymapName): string {
  const lines = ACTION_NAMES.map((action) => {
    const keys = DEFAULT_KEYMAPS[name][action].map((key) => JSON.stringify(key)).join(", ");
    return `${prose(ACTIONS[action])}#${action} = [${keys}]\n`;
  });
  return `[tui.keymaps.${name}]\n${lines.join("")}`;
}

function prose(line: string): string {
  return `# ${line}\n`;
}
