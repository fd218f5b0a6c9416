import { expect, test } from "bun:test";
import { findMovedPath } from "../../../src/terminal/xterm/private-paths.ts";
import { openCore } from "../../../src/terminal/xterm/xterm-core.ts";
import metadata from "../../../node_modules/@xterm/headless/package.json";

test("the private paths are for exactly this version of xterm", () => {
  expect(metadata.version).toBe("6.0.0");
});

test("every private path exists where it is expected", () => {
  expect(findMovedPath(openCore({ rows: 3, cols: 5, scrollback: 2 }))).toBeUndefined();
});

test("the error names a path that has moved", () => {
  const core: Record<string, unknown> = {};
  expect(findMovedPath(core)).toBe("cols");
  const real = openCore({ rows: 3, cols: 5, scrollback: 2 });
  const broken: unknown = Object.create(real, { _charsetService: { value: { charsets: [] } } });
  expect(findMovedPath(broken)).toBe("_charsetService.glevel");
});
