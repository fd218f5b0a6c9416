import { Terminal } from "@xterm/headless";

import { findMovedPath } from "./private-paths.ts";

/**
 * xterm's inside as this room uses it: the only file that imports xterm. Its version is pinned
 * exactly; {@link openCore} names the private path that an upgrade has moved.
 */

/** A cell's underline style and colour, and its link. `_ext`: style in bits 26–28, colour below. */
export interface ExtendedAttrs {
  _ext: number;
  _urlId: number;
  clone(): ExtendedAttrs;
}

/** Colours in bits 0–25 (mode in 24–25), flags above; see {@link FG} and {@link BG}. */
export interface Pen {
  fg: number;
  bg: number;
  extended: ExtendedAttrs;
}

/** Three words a cell in `_data`: content (code point, combined flag, width), fg, bg. */
export interface Line {
  _data: Uint32Array;
  _combined: Record<number, string>;
  _extendedAttrs: Record<number, ExtendedAttrs | undefined>;
  length: number;
  isWrapped: boolean;
  getWidth(x: number): number;
  getString(x: number): string;
  setCellFromCodepoint(x: number, codePoint: number, width: number, pen: Pen): void;
  /** Replaced, see `copy-cells.ts`. Within one line the ranges may overlap. */
  copyCellsFrom(from: Line, fromX: number, x: number, count: number, isReverse: boolean): void;
  insertCells(x: number, count: number, fill: unknown): void;
  deleteCells(x: number, count: number, fill: unknown): void;
  replaceCells(start: number, end: number, fill: unknown, respectProtect?: boolean): void;
  fill(cell: unknown, respectProtect?: boolean): void;
  resize(cols: number, fill: unknown): boolean;
}

interface LineList {
  length: number;
  maxLength: number;
  get(index: number): Line | undefined;
  set(index: number, line: Line | undefined): void;
  push(line: Line): void;
  /** In a full list: makes the first line the last one. */
  recycle(): Line;
  trimStart(count: number): void;
}

/** `line` is −1 when the line is gone. */
export interface LineMarker {
  line: number;
  dispose(): void;
}

/** `y` counts from the top of the screen; the screen begins at `lines[ybase]`. */
export interface ScreenBuffer {
  lines: LineList;
  ybase: number;
  ydisp: number;
  x: number;
  y: number;
  scrollTop: number;
  scrollBottom: number;
  tabs: Record<number, boolean | undefined>;
  clear(): void;
  fillViewportRows(pen: Pen): void;
  /** Follows the line at `y` through scrolling, trimming and reflow. */
  addMarker(y: number): LineMarker;
  getNullCell(pen?: Pen): unknown;
  getBlankLine(pen: Pen, isWrapped?: boolean): Line;
  setupTabStops(): void;
}

export type Charset = Record<string, string> | undefined;

export interface Params {
  length: number;
  params: ArrayLike<number>;
  hasSubParams(index: number): boolean;
  getSubParams(index: number): ArrayLike<number> | null;
}

export interface StringHandler {
  start?(): void;
  hook?(params: Params): void;
  put(data: Uint32Array, start: number, end: number): void;
  end?(success: boolean): boolean;
  unhook?(success: boolean): boolean;
}

export interface FunctionId {
  prefix?: string;
  intermediates?: string;
  final: string;
}

export interface Parser {
  currentState: number;
  /** Non-zero exactly when the last thing parsed was printed text. */
  precedingJoinState: number;
  /** Reads `data` from 0 up to `length`, completely: none of our handlers is asynchronous. */
  parse(data: Uint32Array, length: number): void | Promise<boolean>;
  setPrintHandler(handler: (data: Uint32Array, start: number, end: number) => void): void;
  setExecuteHandler(flag: string, handler: () => boolean): void;
  registerCsiHandler(id: FunctionId, handler: (params: Params) => boolean): void;
  registerEscHandler(id: FunctionId, handler: () => boolean): void;
  clearOscHandler(id: number): void;
  registerOscHandler(id: number, handler: StringHandler): void;
  setOscHandlerFallback(handler: () => void): void;
  clearDcsHandler(id: FunctionId): void;
  registerDcsHandler(id: FunctionId, handler: StringHandler): void;
  setDcsHandlerFallback(handler: () => void): void;
}

interface InputHandler {
  _parser: Parser;
  _activeBuffer: ScreenBuffer;
  _curAttrData: Pen;
  _eraseAttrData(): Pen;
  reset(): void;
  backspace(): boolean;
  tab(): boolean;
  _restrictCursor(maxCol?: number): void;
  setModePrivate(params: { length: number; params: number[] }): boolean;
  resetModePrivate(params: { length: number; params: number[] }): boolean;
}

interface DecPrivateModes {
  applicationCursorKeys: boolean;
  applicationKeypad: boolean;
  bracketedPasteMode: boolean;
  cursorBlink: boolean | undefined;
  cursorStyle: "block" | "underline" | "bar" | undefined;
  origin: boolean;
  reverseWraparound: boolean;
  sendFocus: boolean;
  synchronizedOutput: boolean;
  wraparound: boolean;
}

export interface XtermCore {
  cols: number;
  rows: number;
  options: { cursorBlink: boolean; convertEol: boolean };
  optionsService: { rawOptions: { convertEol: boolean } };
  _inputHandler: InputHandler;
  _bufferService: {
    buffers: {
      normal: ScreenBuffer;
      alt: ScreenBuffer;
      active: ScreenBuffer;
      activateNormalBuffer(): void;
    };
    scroll(erase: Pen, isWrapped?: boolean): void;
  };
  _charsetService: { charset: Charset; glevel: number; _charsets: Charset[]; reset(): void };
  coreService: {
    decPrivateModes: DecPrivateModes;
    modes: { insertMode: boolean };
    isCursorHidden: boolean;
    reset(): void;
  };
  coreMouseService: { activeProtocol: string; activeEncoding: string; reset(): void };
  resize(cols: number, rows: number): void;
  dispose(): void;
}

/** Parser states 1–6 are escape and control sequences, the rest strings. */
export const PARSER_GROUND = 0;
export const PARSER_LAST_SEQUENCE_STATE = 6;

/** A line of the screen or scrollback; a missing one means that the model is broken. */
export function lineAt(buffer: ScreenBuffer, index: number): Line {
  const line = buffer.lines.get(index);
  if (line === undefined) throw new Error(`terminal model: no line ${index}`);
  return line;
}

/** @throws Error naming the first private path that is not where it is expected. */
export function openCore(options: { rows: number; cols: number; scrollback: number }): XtermCore {
  const terminal = new Terminal({ ...options, allowProposedApi: true, logLevel: "off" });
  const core: unknown = Reflect.get(terminal, "_core");
  const moved = findMovedPath(core);
  if (moved !== undefined) {
    throw new Error(`@xterm/headless has moved ${moved}: adapt src/terminal/xterm/xterm-core.ts`);
  }
  return core as XtermCore;
}
