import { basename } from "node:path";

import { sliceColumns } from "../base/columns.ts";
import { replaceHarmful } from "../base/harmless-text.ts";
import { type JsonObject, asObject } from "../base/json-object.ts";
import { listAt, textAt } from "./json-fields.ts";

/** Width of a summary: with state and age, it fits beside a session's name in 80 columns. */
export const SUMMARY_COLUMNS = 56;

/** Maximum UTF-16 units per column: the emoji of a whole family has eleven in two columns. */
const MAX_UNITS_PER_COLUMN = 8;
/** The harmful characters that separate words. */
const BLANK = /^[\p{Cc}\p{Zl}\p{Zp}]$/u;
/** Maximum UTF-16 units of a text that are read, however long it is. */
const MAX_INPUT_UNITS = 8192;

/**
 * Makes text from outside safe to print: on one line, without escape sequences and invisible
 * characters, at most `maxColumns` wide, and ending in `...` when its end was cut off.
 */
export function oneLine(text: string, maxColumns: number): string {
  const plain = Bun.stripANSI(text.slice(0, MAX_INPUT_UNITS).toWellFormed());
  const clean = replaceHarmful(plain, (char) => (BLANK.test(char) ? " " : ""))
    .replace(/\s+/g, " ")
    .trim();
  const bounded = clean.slice(0, maxColumns * MAX_UNITS_PER_COLUMN);
  if (bounded.length === clean.length && Bun.stringWidth(clean) <= maxColumns) return clean;
  return `${sliceColumns(bounded, 0, maxColumns - 3)
    .toWellFormed()
    .trimEnd()}...`;
}

/** Summarizes a sentence or two of prose, perhaps in Markdown. */
export function proseSummary(text: string): string {
  const plain = text
    .slice(0, MAX_INPUT_UNITS)
    .replace(/^[ \t]*(?:```.*|#{1,6} |> ?|[-*+] )/gm, "")
    .replace(/!?\[([^\]\n]{0,500})\]\([^)\n]{0,500}\)/g, "$1")
    .replace(/\*\*|__|~~|`/g, "")
    .replace(/(^|\s)\*(\S[^*\n]{0,500})\*/g, "$1$2");
  return oneLine(plain, SUMMARY_COLUMNS);
}

/** Summarizes a tool call: `exec: bun test`, `edit: main.ts`, `search: TODO` or the tool's name. */
export function toolSummary(name: string, input: unknown): string {
  const fields = asObject(input) ?? {};
  return oneLine(toolWords(fields) ?? name.toLowerCase(), SUMMARY_COLUMNS);
}

function toolWords(input: JsonObject): string | undefined {
  const command = commandAt(input, "cmd") || commandAt(input, "command");
  if (command !== "") return `exec: ${command}`;
  const file = textAt(input, "file_path");
  if (file !== "") return `edit: ${basename(file)}`;
  // Checked before `path`, because a search may have a path too.
  const query = textAt(input, "q") || textAt(input, "query") || textAt(input, "pattern");
  if (query !== "") return `search: ${query}`;
  const path = textAt(input, "path");
  return path === "" ? undefined : `edit: ${basename(path)}`;
}

/** The command in a field: a command line, an argument vector, or the script of `sh -c`. */
function commandAt(input: JsonObject, key: string): string {
  const words = listAt(input, key).filter((word) => typeof word === "string");
  const [shell = "", flag = "", script = ""] = words;
  if (words.length === 3 && /(?:^|\/)\w*sh$/.test(shell) && /^-l?c$/.test(flag)) return script;
  return words.length > 0 ? words.join(" ") : textAt(input, key);
}
