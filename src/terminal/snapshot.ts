/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import { ByteWriter } from "./byte-writer.ts";
import { penOf } from "./cell-pen.ts";
import { charsetChange, DEFAULT_CHARSETS, type CharsetState } from "./charsets.ts";
import { isAlreadyThere, writeCursor } from "./cursor-writer.ts";
import { modesOf } from "./mode-writer.ts";
import { RowWriter } from "./row-writer.ts";
import type { SavedCursor } from "./saved-cursor.ts";
import type { TerminalState } from "./terminal-state.ts";
import { lineAt, type ScreenBuffer } from "./xterm-core.ts";

const TAB_WIDTH = 8;

/**
 * The bytes that bring a freshly reset terminal of the same size to this state, without what is
 * above `firstRow` of the normal screen. Valid only between sequences: the caller appends the bytes
 * of one that is still incomplete.
 *
 * Not carried: images, lines of double width or height, left and right margins (xterm has none of
 * them), synchronized output, and, while the normal screen is shown, what belongs to the alternate
 * screen alone; its contents, saved cursor and keyboard flags go when a program leaves it.
 */
export function writeSnapshot(state: TerminalState, firstRow = 0): ByteWriter {
  return new SnapshotWriter(state, firstRow).write();
}

/** The row at which so many lines above the screen begin; wrapped ones are never cut. */
export function firstRowOf(state: TerminalState, scrollbackLines: number): number {
  const { normal } = state.core._bufferService.buffers;
  let row = normal.ybase;
  for (let left = scrollbackLines; left > 0 && row > 0;) {
    row--;
    if (!lineAt(normal, row).isWrapped) left--;
  }
  return row;
}

class SnapshotWriter {
  private readonly out = new ByteWriter();
  private readonly rows: RowWriter;
  private charsets: CharsetState = DEFAULT_CHARSETS;

  constructor(
    private readonly state: TerminalState,
    private readonly firstRow: number,
  ) {
    this.rows = new RowWriter(this.out, state);
  }

  write(): ByteWriter {
    const { state, out } = this;
    const { normal, alt } = state.core._bufferService.buffers;
    // Colours and modes first: the screen is then drawn once, as it shall look, without a cursor that
    // the program has hidden.
    out.text(state.palette.restore() + state.titles.restore());
    if (state.cwd !== "") out.text(`\x1b]7;${state.cwd}\x1b\\`);
    out.ascii(modesOf(state));
    this.rows.writeScreen(normal, this.firstRow);
    if (state.isAlt) {
      this.writeTabs(normal);
      this.enterAlternateScreen(normal);
      this.rows.writeScreen(alt);
    }
    this.writeTabs(state.buffer);
    const saved = state.saved.of(state.isAlt ? "alt" : "normal");
    if (!isAtReset(saved)) this.saveCursor(saved, state.buffer, "\x1b7");
    this.writeMargins(state.buffer);
    out.ascii(state.kittyFlags.restore());
    if (!isAlreadyThere(state, this.rows)) writeCursor(state, out, this.rows.pen, this.charsets);
    return out;
  }

  /**
   * 1049, which every terminal knows, saves the cursor itself; so the cursor is made what the program
   * had saved. Only a saved origin mode does not go with margins, which move the cursor.
   */
  private enterAlternateScreen(normal: ScreenBuffer): void {
    const { state, out } = this;
    const saved = state.saved.of("normal");
    out.ascii(state.kitty.normal.restore());
    if (saved.origin) {
      this.saveCursor(saved, normal, "\x1b7");
      this.writeMargins(normal);
      out.ascii("\x1b[?1047h");
    } else {
      this.writeMargins(normal);
      this.saveCursor(saved, normal, "\x1b[?1049h");
    }
    // Where margins are common to both screens, they would make the lines scroll.
    out.ascii("\x1b[r");
    out.ascii(charsetChange(this.charsets, DEFAULT_CHARSETS));
    this.charsets = DEFAULT_CHARSETS;
    this.rows.pen.reset();
    out.ascii("\x1b[H\x1b[2J");
  }

  /** Puts the cursor, pen and character sets where they were saved, and saves them. */
  private saveCursor(saved: SavedCursor, buffer: ScreenBuffer, save: string): void {
    const { out, rows } = this;
    const { cols } = this.state.core;
    if (saved.origin) out.ascii("\x1b[?6h");
    if (saved.x >= cols) {
      rows.reprintLastCell(lineAt(buffer, buffer.ybase + saved.y), saved.y);
    } else {
      out.ascii(`\x1b[${saved.y + 1};${saved.x + 1}H`);
    }
    out.ascii(charsetChange(this.charsets, saved.charsets));
    this.charsets = saved.charsets;
    rows.pen.set(penOf(saved));
    out.ascii(save);
    if (saved.origin) out.ascii("\x1b[?6l");
  }

  private writeTabs(buffer: ScreenBuffer): void {
    const { cols } = this.state.core;
    const stops = Array.from({ length: cols }, (_, x) => x).filter((x) => buffer.tabs[x] === true);
    const isDefault = (x: number): boolean => (x % TAB_WIDTH === 0) === (buffer.tabs[x] === true);
    if (Array.from({ length: cols }, (_, x) => x).every(isDefault)) return;
    this.out.ascii("\x1b[3g");
    for (const x of stops) this.out.ascii(`\x1b[${x + 1}G\x1bH`);
  }

  private writeMargins(buffer: ScreenBuffer): void {
    if (buffer.scrollTop === 0 && buffer.scrollBottom === this.state.core.rows - 1) return;
    this.out.ascii(`\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r`);
  }
}

function isAtReset(saved: SavedCursor): boolean {
  const pen = penOf(saved);
  return (
    saved.x === 0 &&
    saved.y === 0 &&
    !saved.origin &&
    pen.fg === 0 &&
    pen.bg === 0 &&
    pen.ext === 0 &&
    pen.linkId === 0 &&
    charsetChange(DEFAULT_CHARSETS, saved.charsets) === ""
  );
}
