/** Parts of a terminal whose state its user may have set, and how each is restored. */
export interface UserParts {
  /** Keyboard protocol of the screen that is shown, and of the normal one. */
  shownKeyboard: string;
  normalKeyboard: string;
  /** Shape and blinking of the cursor; in two parts for historical reasons. */
  cursorShape: string;
  cursorBlink: string;
  colors: string;
  /** Reverse video, and widths of clusters. */
  reverseVideo: string;
  clusters: string;
}

/** Ends whatever sequence the output was cut in, and shows text that was held back. */
export const RESET_START = "\x1b\\\x1b[?2026l";

/**
 * Undoes what a session may have set in a terminal. Each part is harmless where it is not known.
 * Sources: XTerm control sequences, the kitty keyboard protocol.
 */
export function terminalReset(own: UserParts): string {
  return [
    RESET_START,
    "\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l", // mouse
    `\x1b[?2004l\x1b[?1004l\x1b[?2031l\x1b[?2048l${own.clusters}`, // paste, focus, reports
    "\x1b[>4m", // modifyOtherKeys
    own.shownKeyboard,
    "\x1b[?1l\x1b>\x1b[?66l", // cursor keys and keypad
    `\x1b[4l\x1b[20l${own.reverseVideo}\x1b[?6l\x1b[?7h\x1b[?45l\x1b[?69l`, // insert, origin, wrap, margins
    own.cursorShape,
    "\x1b[?1049l",
    own.normalKeyboard,
    `\x1b[?25h${own.cursorBlink}`,
    '\x1b[0m\x1b[0"q\x1b]8;;\x1b\\', // pen, protection, hyperlink
    own.colors,
    "\x1b[?5W", // tab stops every eight columns
    "\x1b[r", // scroll region; moves the cursor to the top
    "\x1b(B\x1b)B\x1b*B\x1b+B\x0f", // charsets
  ].join("");
}

const KEYBOARD_OFF = "\x1b[<99u\x1b[=0;1u"; // each screen has a stack of its own

/**
 * Makes a terminal like a new one: settings of its user are lost, too. Written by the
 * daemon before a snapshot that replaces what a client missed.
 */
export const TERMINAL_RESET: string = terminalReset({
  shownKeyboard: KEYBOARD_OFF,
  normalKeyboard: KEYBOARD_OFF,
  cursorShape: "\x1b[0 q",
  cursorBlink: "\x1b[?12l",
  colors:
    "\x1b]104\x1b\\" + // palette
    [110, 111, 112, 113, 114, 117, 119].map((color) => `\x1b]${color}\x1b\\`).join(""),
  reverseVideo: "\x1b[?5l",
  clusters: "\x1b[?2027l",
});

/** An empty visible screen with the cursor at the top. Scrollback is left alone. */
export const CLEAR_SCREEN = "\x1b[H\x1b[2J";
