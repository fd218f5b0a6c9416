/** Writes the manual page from the definitions of the commands: `man.ts [FILE]`. */
import { join } from "node:path";

import { COMMANDS } from "../src/cli/command-list.ts";
import { manualPage } from "../src/cli/help/manual.ts";

const [file = join(import.meta.dir, "../docs/tsm.1")] = process.argv.slice(2);
await Bun.write(file, await manualPage(COMMANDS));
