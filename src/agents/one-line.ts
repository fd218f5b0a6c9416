import { basename } from "node:path";

import { sliceColumns } from "../base/columns.ts";
import { replaceHarmful } from "../base/harmless-text.ts";
import { type JsonObject, asObject } from "../base/json-object.ts";
import { listAt, textAt } from "./json-fields.ts";

/** Width of a summary: with state and age it fits beside a session's name on 80 columns. */
export const SUMMARY_COLUMNS = 56;

/** Units of text that a column may take: an emoji of a whole family has eleven for two. */
const MAX_UNITS_PER_COLUMN = 8;
/** Of what is harmful, the characters that keep words apart. */
const BLANK = /^[\p{Cc}\p{Zl}\p{Zp}]$/u;
/** What is looked at of a text, however long it is. */
const MAX_INPUT_UNITS = 8192;

/**
 * Text from outside, fit to be printed: escape sequences and invisible characters removed, on one line, at most `maxColumns` wide, ending in `...` where something was cut.
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

/** A sentence or two that somebody wrote, perhaps in markdown, as a summary. */
export function proseSummary(text: string): string {
  const plain = text
    .slice(0, MAX_INPUT_UNITS)
    .replace(/^[ \t]*(?:```.*|#{1,6} |> ?|[-*+] )/gm, "")
    .replace(/!?\[([^\]\n]{0,500})\]\([^)\n]{0,500}\)/g, "$1")
    .replace(/\*\*|__|~~|`/g, "")
    .replace(/(^|\s)\*(\S[^*\n]{0,500})\*/g, "$1$2");
  return oneLine(plain, SUMMARY_COLUMNS);
}

/** What a tool is doing: `exec: bun test`, `edit: main.ts`, `search: TODO`, or the tool's name. */
export function toolSummary(name: string, input: unknown): string {
  const fields = asObject(input) ?? {};
  return oneLine(toolWords(fields) ?? name.toLowerCase(), SUMMARY_COLUMNS);
}

function toolWords(input: JsonObject): string | undefined {
  const command = commandAt(input, "cmd") || commandAt(input, "command");
  if (command !== "") return `exec: ${command}`;
  const file = textAt(input, "file_path");
  if (file !== "") return `edit: ${basename(file)}`;
  // Before `path`: a search may be told where to look.
  const query = textAt(input, "q") || textAt(input, "query") || textAt(input, "pattern");
  if (query !== "") return `search: ${query}`;
  const path = textAt(input, "path");
  return path === "" ? undefined : `edit: ${basename(path)}`;
}

/** A command line, or an argument vector; of `sh -c SCRIPT` the script says what is done. */
function commandAt(input: JsonObject, key: string): string {
  const words = listAt(input, key).filter((word) => typeof word === "string");
  const [shell = "", flag = "", script = ""] = words;
  if (words.length === 3 && /(?:^|\/)\w*sh$/.test(shell) && /^-l?c$/.test(flag)) return script;
  return words.length > 0 ? words.join(" ") : textAt(input, key);
}
