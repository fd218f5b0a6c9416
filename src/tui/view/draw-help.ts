import type { ActionName } from "../../config/keymaps.ts";
import type { Canvas } from "./canvas.ts";
import type { Area } from "../model/layout.ts";
import type { PickerState, Prompt } from "../model/state.ts";
import { blank, concat, fit, NOTHING, type Styled } from "./styled.ts";
import type { Theme } from "./theme.ts";

/** Items of the help line, most needed first: a narrow screen shows only the first ones. */
const HELP: readonly (readonly [ActionName, string])[] = [
  ["attach", "attach"],
  ["filter", "filter"],
  ["new_session", "new"],
  ["kill", "kill"],
  ["detach", "detach"],
  ["rename", "rename"],
  ["toggle_select", "select"],
  ["sort", "sort"],
  ["copy_command", "copy"],
  ["toggle_layout", "layout"],
  ["refresh", "refresh"],
];

const SHORT_KEYS: Readonly<Record<string, string>> = { up: "↑", down: "↓", left: "←", right: "→" };
const MARGIN_COLS = 2;
const GAP_COLS = 2;

type Item = readonly [key: string, what: string];

/** One line of keys and their actions; items that do not fit are left out as a whole. */
export function drawHelp(canvas: Canvas, area: Area, state: PickerState, theme: Theme): void {
  const items = state.prompt === undefined ? listItems(state) : promptItems(state.prompt);
  let line: Styled = blank(MARGIN_COLS);
  for (const [key, what] of items) {
    const item = concat(
      line.cols > MARGIN_COLS ? blank(GAP_COLS) : NOTHING,
      fit(key, area.cols),
      blank(1),
      theme.dim(fit(what, area.cols)),
    );
    if (line.cols + item.cols > area.cols) break;
    line = concat(line, item);
  }
  canvas.put(area.top, area.left, line);
}

function listItems(state: PickerState): Item[] {
  const { keymap } = state;
  const items: Item[] = [];
  const isTyping = state.isFilterFocused && state.keymapName === "default";
  if (isTyping) {
    items.push([keyOf(keymap.attach), "attach"], ["tab", "to the list"], ["esc", "clear"]);
    return items.filter(([key]) => key !== "");
  }
  for (const [action, what] of HELP) {
    const key = keyOf(keymap[action]);
    // In this keymap typing filters anyway.
    if (key === "" || (action === "filter" && state.keymapName === "palette")) continue;
    items.push([key, wordFor(action, what, state)]);
  }
  const quit = keyOf(keymap.quit);
  const quits: Item = [quit, state.filter.text === "" ? "quit" : "clear"];
  // Quit comes second, so that it always fits.
  return quit === "" ? items : [...items.slice(0, 1), quits, ...items.slice(1)];
}

/** On a group header, Enter folds. */
function wordFor(action: ActionName, what: string, state: PickerState): string {
  const row = state.rows[state.cursor];
  if (action !== "attach" || row?.kind !== "group") return what;
  return row.isFolded ? "unfold" : "fold";
}

function promptItems(prompt: Prompt): Item[] {
  switch (prompt.kind) {
    case "kill":
      return [
        ["y", "kill"],
        ["any other key", "cancel"],
      ];
    case "rename":
      return [
        ["enter", "rename"],
        ["esc", "cancel"],
      ];
    case "new-name":
    case "new-directory":
      return [
        ["enter", prompt.kind === "new-name" ? "next" : "create"],
        ["esc", "cancel"],
      ];
  }
}

function keyOf(keys: readonly string[]): string {
  const key = keys[0] ?? "";
  return SHORT_KEYS[key] ?? key;
}
