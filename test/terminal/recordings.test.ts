import { describe, expect, test } from "bun:test";
import { differences } from "./compare.ts";
import { TestModel } from "./model.ts";
import { cutsOf, readRecordings } from "./recordings.ts";

const CUTS = 60;
const LONG_MS = 120_000;
const OTHER_SIZES = [
  { rows: 40, cols: 132 },
  { rows: 15, cols: 50 },
];

describe.each(readRecordings())("$name", ({ bytes }) => {
  test(
    "is restored at every cut, and the rest of the output continues correctly",
    () => {
      const model = new TestModel({ rows: 24, cols: 80 });
      let at = 0;
      for (const cut of cutsOf(bytes, CUTS)) {
        model.feed(bytes.subarray(at, cut));
        at = cut;
        const restored = model.restored();
        expect(differences(model.state, restored.state)).toEqual([]);
        const whole = new TestModel({ rows: 24, cols: 80 }).feed(bytes);
        restored.feed(bytes.subarray(cut));
        expect(restored.screen()).toEqual(whole.screen());
        expect([restored.state.buffer.x, restored.state.buffer.y]).toEqual([
          whole.state.buffer.x,
          whole.state.buffer.y,
        ]);
      }
    },
    LONG_MS,
  );

  test(
    "is restored at other sizes as it looks after a resize",
    () => {
      for (const cut of cutsOf(bytes, CUTS)) {
        for (const { rows, cols } of OTHER_SIZES) {
          const model = new TestModel({ rows: 24, cols: 80 }).feed(bytes.subarray(0, cut));
          model.resize(rows, cols);
          expect(differences(model.state, model.restored().state)).toEqual([]);
        }
      }
    },
    LONG_MS,
  );
});
