import type { LineHistory } from "./archive/line-history.ts";
import type { Pixels } from "./backend.ts";
import type { HiddenRows } from "./resize/hidden-rows.ts";
import type { ExtraModes } from "./state/extra-modes.ts";
import type { HyperlinkMap } from "./state/hyperlinks.ts";
import type { KittyStack, ModifyKeys } from "./state/keyboard.ts";
import type { Palette } from "./state/palette.ts";
import type { PromptMarks } from "./state/prompt-marks.ts";
import type { RunMark } from "./state/run-mark.ts";
import type { SideMargins } from "./state/side-margins.ts";
import type { Titles } from "./state/titles.ts";
import type { PartialInput } from "./xterm/partial-input.ts";
import type { Printer } from "./xterm/print.ts";
import type { SavedCursors } from "./xterm/saved-cursor.ts";
import type { Utf8Decoder } from "./xterm/utf8-decoder.ts";
import type { ScreenBuffer, XtermCore } from "./xterm/xterm-core.ts";

/** xterm's core together with the state that xterm does not keep. */
export interface TerminalState {
  readonly core: XtermCore;
  /** The buffer that is shown, normal or alternate. */
  readonly buffer: ScreenBuffer;
  readonly normal: ScreenBuffer;
  readonly isAlt: boolean;
  readonly history: LineHistory;
  readonly links: HyperlinkMap;
  readonly marks: PromptMarks;
  readonly palette: Palette;
  readonly runMark: RunMark;
  readonly saved: SavedCursors;
  readonly modes: ExtraModes;
  readonly titles: Titles;
  readonly modifyKeys: ModifyKeys;
  readonly kitty: { readonly normal: KittyStack; readonly alt: KittyStack };
  /** The stack of the buffer that is shown. */
  readonly kittyFlags: KittyStack;
  readonly sideMargins: SideMargins;
  /** Rows of the normal screen hidden by a smaller size. */
  readonly hidden: HiddenRows;
  readonly decoder: Utf8Decoder;
  readonly partial: PartialInput;
  readonly printer: Printer;
  /** Payload of the last OSC 7: the working directory as a file: address. */
  cwd: string;
  /** Whether a program has set or cleared a tab stop since the last reset. */
  hasChangedTabs: boolean;
  /** Pixels of the whole text. */
  pixels: Pixels;
  /** How often a program has begun to ask for focus reports. */
  focusRequests: number;
  reply(text: string): void;
  /** A query, by its name in `replies.ts`, has no answer here. */
  leaveUnanswered(question: string): void;
  /** Reads output, which continues where the last piece ended. */
  parse(bytes: Uint8Array): void;
  /** Resets, on RIS, the state that xterm does not keep. Titles and directory outlive a reset. */
  forget(): void;
  /** Sends the size report of mode 2048: characters, then pixels, which are 0 if unknown. */
  reportSize(): void;
}

/** The model is never drawn, so its size in pixels is unknown until a client reports one. */
export const NO_PIXELS: Pixels = { xPixels: 0, yPixels: 0 };
