/**
 * Undoes what a session may have set in a terminal. Written to the local terminal before attaching
 * and on every way out, and by the daemon before a snapshot that replaces what a client missed.
 * Each part is harmless where it is not known. Sources: XTerm control sequences, the kitty keyboard
 * protocol.
 */
const KITTY_KEYBOARD_OFF = "\x1b[<99u\x1b[=0;1u"; // each screen has a stack of its own

export const TERMINAL_RESET: string = [
  "\x1b\\", // ends whatever sequence the output was cut in
  "\x1b[?2026l", // show what was held back
  "\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l", // mouse
  "\x1b[?2004l\x1b[?1004l\x1b[?2031l\x1b[?2048l\x1b[?2027l", // paste, focus, reports, clusters
  "\x1b[>4m", // modifyOtherKeys
  KITTY_KEYBOARD_OFF,
  "\x1b[?1l\x1b>\x1b[?66l", // cursor keys and keypad
  "\x1b[4l\x1b[20l\x1b[?5l\x1b[?6l\x1b[?7h\x1b[?45l\x1b[?69l", // insert, origin, wrap, margins
  "\x1b[0 q", // cursor style
  "\x1b[?1049l",
  KITTY_KEYBOARD_OFF,
  "\x1b[?25h\x1b[?12l",
  '\x1b[0m\x1b[0"q\x1b]8;;\x1b\\', // pen, protection, hyperlink
  "\x1b]104\x1b\\", // palette
  ...[110, 111, 112, 113, 114, 117, 119].map((colour) => `\x1b]${colour}\x1b\\`), // default colours
  "\x1b[?5W", // tab stops every eight columns
  "\x1b[r", // scroll region; moves the cursor to the top
  "\x1b(B\x1b)B\x1b*B\x1b+B\x0f", // charsets
].join("");

/** An empty visible screen with the cursor at the top. Scrollback is left alone. */
export const CLEAR_SCREEN = "\x1b[H\x1b[2J";
