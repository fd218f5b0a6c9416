/** Writes the table of tested set-ups into docs/shells.md. */
import { join } from "node:path";

import { withTable } from "../test/shell/matrix/table.ts";

const path = join(import.meta.dir, "../docs/shells.md");
await Bun.write(path, withTable(await Bun.file(path).text()));
