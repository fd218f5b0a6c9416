import { expect, test } from "bun:test";

import { ClientView } from "../../../src/daemon/clients/client-view.ts";
import { ClientConnection } from "../../../src/daemon/clients/client-connection.ts";
import { cellPen } from "../../../src/terminal/xterm/cell-pen.ts";
import type { TerminalState } from "../../../src/terminal/terminal-state.ts";
import { drawView } from "../../../src/terminal/snapshot/view-frame.ts";
import { lineAt } from "../../../src/terminal/xterm/xterm-core.ts";
import { TestModel } from "../../terminal/model.ts";
import { PROGRAM_SIZES, Random, randomProgram } from "../../terminal/program.ts";

const PROGRAMS = 3000;
const VIEWER_SIZES = [
  { rows: 3, cols: 6 },
  { rows: 12, cols: 50 },
  { rows: 5, cols: 5 },
  { rows: 1, cols: 2 },
  { rows: 20, cols: 8 },
];

type Size = (typeof PROGRAM_SIZES)[number];

/** A client's terminal, which shows something else at first. */
class Viewer {
  readonly view: ClientView;
  readonly model: TestModel;

  constructor(size: Size, before: string) {
    this.view = new ClientView(new ClientConnection({} as Bun.Socket<undefined>), size);
    this.model = new TestModel(size).feed(Buffer.from(before));
  }

  follow(session: TestModel): string {
    const bytes = this.view.update(drawView(session.state, this.view.port));
    this.model.feed(bytes);
    return bytes;
  }
}

/** A cell as a user sees it: text and look, the target of its link included. */
function cellOf(state: TerminalState, row: number, col: number): string {
  const line = lineAt(state.buffer, state.buffer.ybase + row);
  const { fg, bg, ext, linkId } = cellPen(line, col);
  const text = line.getWidth(col) === 0 ? "half" : line.getString(col) || " ";
  const link = JSON.stringify(state.links.get(linkId) ?? null);
  return `${line.getWidth(col)} ${text} ${fg} ${bg} ${ext} ${link}`;
}

/** What the viewer shows at a place when it shows the session right. */
function expectedCell(
  state: TerminalState,
  row: number,
  col: number,
  from: number,
  to: number,
): string {
  const { rows, cols } = state.core;
  if (row >= rows || col >= cols) return "1   0 0 0 null";
  const cell = cellOf(state, row, col);
  const line = lineAt(state.buffer, state.buffer.ybase + row);
  const isCut =
    (col === from && line.getWidth(col) === 0) || (col === to - 1 && line.getWidth(col) === 2);
  return isCut ? cell.replace(/^\d \S+/, "1  ") : cell;
}

/** How the viewer differs from the part of the session that it is to show. */
function differences(session: TestModel, { model, view }: Viewer): string[] {
  const found: string[] = [];
  const { rows, cols } = view.size;
  const { top, left } = view.port;
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const wanted = expectedCell(session.state, top + row, left + col, left, left + cols);
      const shown = cellOf(model.state, row, col);
      if (wanted !== shown) found.push(`${row};${col}: ${wanted} is ${shown}`);
    }
  }
  const { buffer, core } = session.state;
  const cursor = [
    buffer.y - top,
    Math.min(buffer.x, core.cols - 1) - left,
    core.coreService.isCursorHidden,
  ];
  const shown = model.state;
  const shownCursor = [shown.buffer.y, shown.buffer.x, shown.core.coreService.isCursorHidden];
  if (cursor.join() !== shownCursor.join())
    found.push(`cursor ${cursor.join()} is ${shownCursor.join()}`);
  if (shown.buffer.ybase > 0 && shown.isAlt) found.push("scrolled");
  return found;
}

/** A program whose session is shown, piece by piece, in a terminal of another size. */
function show(seed: number): string[] {
  const random = new Random(seed);
  const size = random.pick(PROGRAM_SIZES);
  const session = new TestModel(size);
  const viewerSize = random.pick(VIEWER_SIZES);
  const viewer = new Viewer(viewerSize, randomProgram(random, viewerSize));
  const bytes = Buffer.from(randomProgram(random, size));
  for (let start = 0; start < bytes.length;) {
    const end = Math.min(bytes.length, start + 1 + random.below(200));
    session.feed(bytes.subarray(start, end));
    if (random.chance(10)) session.resize(1 + random.below(12), 2 + random.below(30));
    viewer.follow(session);
    const found = differences(session, viewer);
    if (found.length > 0) return found.map((text) => `at ${end}: ${text}`);
    if (viewer.follow(session) !== "") return [`at ${end}: the same is drawn again`];
    start = end;
  }
  return [];
}

test("a terminal of another size shows the part of the screen that holds the cursor, cell by cell", () => {
  const failures: string[] = [];
  for (let seed = 1; seed <= PROGRAMS && failures.length < 10; seed++) {
    for (const text of show(seed).slice(0, 2)) failures.push(`seed ${seed} ${text}`);
  }
  expect(failures).toEqual([]);
}, 120_000);

test("a wide character at the border of a view is a blank of its look", () => {
  const session = new TestModel({ rows: 2, cols: 8 }).feed("\x1b[44ma漢b漢c\x1b[H");
  const viewer = new Viewer({ rows: 2, cols: 5 }, "");
  viewer.follow(session);
  expect(viewer.model.screen()).toEqual(["a漢b", ""]);
  expect(differences(session, viewer)).toEqual([]);
});

test("only rows that have changed are drawn, and nothing is cleared before", () => {
  const session = new TestModel({ rows: 10, cols: 30 }).feed("one\r\ntwo\r\nthree\r\n");
  const viewer = new Viewer({ rows: 5, cols: 20 }, "");
  viewer.follow(session);
  const bytes = viewer.follow(session.feed("four"));
  expect(bytes).toContain("four");
  expect(bytes).not.toContain("three");
  expect(bytes).not.toContain("\x1b[2J");
});

test("a notice is shown at the edge farther from the cursor, and disappears", () => {
  const session = new TestModel({ rows: 10, cols: 30 }).feed("one\r\ntwo");
  const viewer = new Viewer({ rows: 5, cols: 20 }, "");
  const frame = drawView(session.state, viewer.view.port);
  viewer.model.feed(viewer.view.update(frame, "This session is larger than that"));
  expect(viewer.model.screen()).toEqual(["one", "two", "", "", "This session is larg"]);
  expect(viewer.view.hasNotice).toBe(true);
  viewer.follow(session);
  expect(viewer.model.screen()).toEqual(["one", "two", "", "", ""]);
  expect(viewer.view.hasNotice).toBe(false);
});

test("keys follow the program's modes, and the mouse does not", () => {
  const session = new TestModel({ rows: 10, cols: 30 });
  const viewer = new Viewer({ rows: 5, cols: 20 }, "\x1b[?1003h\x1b[?1004h");
  viewer.follow(
    session.feed("\x1b[?1h\x1b[?2004h\x1b[?1003h\x1b[?1006h\x1b[>5u\x1b[4 q\x1b]2;title\x07"),
  );
  const { state } = viewer.model;
  const modes = state.core.coreService.decPrivateModes;
  expect([modes.applicationCursorKeys, modes.bracketedPasteMode, modes.sendFocus]).toEqual([
    true,
    true,
    false,
  ]);
  expect([
    state.core.coreMouseService.activeProtocol,
    state.kittyFlags.flags,
    state.titles.title,
  ]).toEqual(["NONE", 5, "title"]);
  viewer.follow(session.feed("\x1b[?1l\x1b[?2004l\x1b[<u"));
  const after = viewer.model.state.core.coreService.decPrivateModes;
  expect([after.applicationCursorKeys, after.bracketedPasteMode, state.kittyFlags.flags]).toEqual([
    false,
    false,
    0,
  ]);
});
