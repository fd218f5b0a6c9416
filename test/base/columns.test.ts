import { expect, test } from "bun:test";

import { isHalved, sliceColumns } from "../../src/base/columns.ts";

const TEXTS = ["", "abc", "漢字", "a漢b字😀c", "é漢", "👨‍👩‍👧‍👦漢a", "\x1b[1ma漢\x1b[31m字b\x1b[m"];

test("A slice holds whole characters only, and is never wider than asked for", () => {
  expect(sliceColumns("a漢b", 0, 2)).toBe("a");
  expect(sliceColumns("a漢b", 0, 3)).toBe("a漢");
  expect(sliceColumns("a漢b", 2, 4)).toBe("b");
  expect(sliceColumns("漢漢漢", 1, 3)).toBe("");
  expect(sliceColumns("漢漢漢", 1, 5)).toBe("漢");
  expect(sliceColumns("漢", 0, 1)).toBe("");
});

test("Of any text, a slice is what stands in those columns", () => {
  for (const text of TEXTS) {
    const cells = cellsOf(text);
    for (let start = 0; start <= cells.length; start++) {
      for (let end = start; end <= cells.length + 2; end++) {
        const found = Bun.stripANSI(sliceColumns(text, start, end));
        expect([text, start, end, found]).toEqual([text, start, end, inside(cells, start, end)]);
      }
      expect(isHalved(text, start)).toBe(cells[start]?.first !== start && start < cells.length);
    }
  }
});

test("A slice is no wider than asked for where Bun's functions disagree about a cluster's width", () => {
  for (const text of ["⚠ำำำ", "漢ำक", "\ufe0fᄀᄀᄀ\t𒐫", "🇪👩👩ᄀᄀกก\x1b[m", "漢\x1b[mำ\u200d"]) {
    for (let start = 0; start < 8; start++) {
      for (let end = start; end < 10; end++) {
        expect(Bun.stringWidth(sliceColumns(text, start, end))).toBeLessThanOrEqual(end - start);
      }
    }
  }
});

interface Cell {
  char: string;
  /** Column in which its character begins. */
  first: number;
  width: number;
}

/** One cell for each column, counted apart from the function under test. */
function cellsOf(text: string): Cell[] {
  const cells: Cell[] = [];
  for (const { segment: char } of new Intl.Segmenter().segment(Bun.stripANSI(text))) {
    const width = Bun.stringWidth(char);
    const first = cells.length;
    for (let i = 0; i < width; i++) cells.push({ char, first, width });
  }
  return cells;
}

function inside(cells: readonly Cell[], start: number, end: number): string {
  return cells
    .filter(({ first, width }, at) => at === first && first >= start && first + width <= end)
    .map(({ char }) => char)
    .join("");
}
