/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import type { TerminalState } from "./terminal-state.ts";
import { CONTENT } from "./cell-bits.ts";
import { lineAt, type Line, type ScreenBuffer } from "./xterm-core.ts";

const NULL_CONTENT = 1 << CONTENT.widthShift;

let template = new Uint32Array(0);

/** A line's worth of equal cells, kept from call to call: programs erase with the same pen. */
function templateLine(length: number, content: number, fg: number, bg: number): Uint32Array {
  const isSame =
    template.length === length * 3 &&
    template[0] === content &&
    template[1] === fg >>> 0 &&
    template[2] === bg >>> 0;
  if (isSame) return template;
  template = new Uint32Array(length * 3);
  for (let i = 0; i < template.length; i += 3) {
    template[i] = content;
    template[i + 1] = fg;
    template[i + 2] = bg;
  }
  return template;
}

function fillLine(line: Line, content: number, bg: number): void {
  line._data.set(templateLine(line.length, content, 0, bg));
  line._combined = {};
  line._extendedAttrs = {};
  line.isWrapped = false;
}

/** Blanks whole rows of the screen with the background in use, some ten times as fast as xterm. */
export function eraseRows({ core, buffer }: TerminalState, first: number, last: number): void {
  const { bg } = core._inputHandler._eraseAttrData();
  for (let row = first; row <= last; row++) {
    fillLine(lineAt(buffer, buffer.ybase + row), NULL_CONTENT, bg);
  }
}

/** Moves the rows `top`…`bottom` up, or down when `count` is negative, and blanks what becomes free. */
export function scrollRows(state: TerminalState, top: number, bottom: number, count: number): void {
  const { lines, ybase } = state.buffer;
  const height = bottom - top + 1;
  const shift = Math.min(Math.abs(count), height);
  if (height <= 0 || shift === 0) return;
  const offset = count > 0 ? shift : height - shift;
  const rows: Line[] = [];
  for (let i = 0; i < height; i++)
    rows.push(lineAt(state.buffer, ybase + top + ((i + offset) % height)));
  for (const [i, line] of rows.entries()) lines.set(ybase + top + i, line);
  if (count > 0) eraseRows(state, bottom - shift + 1, bottom);
  else eraseRows(state, top, top + shift - 1);
}

/** DECALN: a screen of E with the margins at its edges. */
export function fillWithE({ core, buffer }: TerminalState): void {
  buffer.scrollTop = 0;
  buffer.scrollBottom = core.rows - 1;
  for (let row = 0; row < core.rows; row++) {
    fillLine(lineAt(buffer, buffer.ybase + row), NULL_CONTENT | 0x45, 0);
  }
  buffer.x = 0;
  buffer.y = 0;
}

/** RIS. xterm's own makes both buffers anew, scrollback slots included. */
export function resetTerminal(state: TerminalState): void {
  const { core } = state;
  const { buffers } = core._bufferService;
  buffers.activateNormalBuffer();
  core._inputHandler.reset();
  core._charsetService.reset();
  core.coreService.reset();
  core.coreService.isCursorHidden = false;
  core.coreMouseService.reset();
  core.options.cursorBlink = false;
  core.options.convertEol = false;
  dropScrollback(buffers.normal);
  eraseRows(state, 0, core.rows - 1);
  for (const buffer of [buffers.normal, buffers.alt]) {
    buffer.x = 0;
    buffer.y = 0;
    buffer.scrollTop = 0;
    buffer.scrollBottom = core.rows - 1;
    if (state.hasChangedTabs) buffer.setupTabStops();
  }
  state.hasChangedTabs = false;
  state.forget();
}

function dropScrollback(buffer: ScreenBuffer): void {
  if (buffer.ybase === 0) return;
  buffer.lines.trimStart(buffer.ybase);
  buffer.ybase = 0;
  buffer.ydisp = 0;
}
