/** The actions of the picker's keys, by their names in the configuration. */
export const ACTIONS = {
  move_up: "up one line, group headers included",
  move_down: "down one line",
  move_left: "collapse a group; scroll the preview",
  move_right: "expand a group; scroll the preview",
  attach: "attach to the session; on a header fold it",
  toggle_select: "select the session, or take it out of the selection",
  toggle_select_all: "select all or none",
  detach: "detach the session's clients",
  new_session: "create a session",
  kill: "kill the session (asks first)",
  rename: "rename the session",
  copy_command: "copy 'tsm attach NAME' to the clipboard",
  sort: "sort by repo, name, clients, age or memory",
  toggle_layout: "switch between the full and the simplified layout",
  mux_open: "open a workspace",
  filter: "filter by name, branch, repository or directory",
  log_up: "scroll the log up",
  log_down: "scroll the log down",
  refresh: "refresh the list",
  quit: "quit; a filter is cleared first",
  force_quit: "quit at once",
} as const;

export type ActionName = keyof typeof ACTIONS;

export const KEYMAP_NAMES = ["default", "palette"] as const;
export type KeymapName = (typeof KEYMAP_NAMES)[number];

/** The keys of each action; an action without keys has an empty list. No key has two actions. */
export type Keymap = Readonly<Record<ActionName, readonly string[]>>;

export const DEFAULT_KEYMAPS: Readonly<Record<KeymapName, Keymap>> = {
  default: {
    move_up: ["up"],
    move_down: ["down"],
    move_left: ["left"],
    move_right: ["right"],
    attach: ["enter"],
    toggle_select: ["space"],
    toggle_select_all: ["ctrl+a"],
    detach: ["d"],
    new_session: ["n"],
    kill: ["k"],
    rename: ["r"],
    copy_command: ["c"],
    sort: ["s"],
    toggle_layout: ["ctrl+o"],
    mux_open: ["w"],
    filter: ["/"],
    log_up: ["["],
    log_down: ["]"],
    refresh: ["ctrl+r"],
    quit: ["q"],
    force_quit: ["ctrl+c"],
  },
  // In the palette every printable key goes to the filter, so some actions have no key.
  palette: {
    move_up: ["up", "ctrl+p"],
    move_down: ["down", "ctrl+n"],
    move_left: ["left"],
    move_right: ["right"],
    attach: ["enter"],
    toggle_select: ["tab"],
    toggle_select_all: ["ctrl+a"],
    detach: ["ctrl+d"],
    new_session: ["ctrl+t"],
    kill: ["ctrl+x"],
    rename: [],
    copy_command: ["ctrl+y"],
    sort: ["ctrl+s"],
    toggle_layout: ["ctrl+o"],
    mux_open: [],
    filter: ["ctrl+f"],
    log_up: [],
    log_down: [],
    refresh: ["ctrl+r"],
    quit: ["esc"],
    force_quit: ["ctrl+c"],
  },
};

export const ACTION_NAMES: readonly ActionName[] = Object.keys(ACTIONS).filter(isActionName);

export function isActionName(name: string): name is ActionName {
  return Object.hasOwn(ACTIONS, name);
}
