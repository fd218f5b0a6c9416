import { expect, test } from "bun:test";
import { join } from "node:path";

import { withTable } from "./table.ts";

test("docs/shells.md has the table of these set-ups: scripts/shell-table writes it", async () => {
  const stored = await Bun.file(join(import.meta.dir, "../../../docs/shells.md")).text();
  expect(stored).toBe(withTable(stored));
});
