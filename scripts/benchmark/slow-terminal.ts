/**
 * `slow-terminal.ts BYTES_PER_SECOND COMMAND…`: runs a command on a terminal that is read at that
 * rate: 0 is not at all, Infinity as fast as possible. Prints "reading" at the first bytes; the
 * caller kills it.
 */
import { SIZE } from "./metered-terminal.ts";

const [pace = "0", ...argv] = process.argv.slice(2);
const bytesPerSecond = Number(pace);
const LONG_MS = 3_600_000;
let isFirst = true;

const child = Bun.spawn(argv, {
  terminal: {
    ...SIZE,
    data: (_, bytes) => {
      if (isFirst) console.log("reading");
      isFirst = false;
      if (bytesPerSecond === Number.POSITIVE_INFINITY) return;
      // While this sleeps nothing reads the terminal.
      Bun.sleepSync(bytesPerSecond === 0 ? LONG_MS : (bytes.byteLength / bytesPerSecond) * 1000);
    },
  },
});
process.exitCode = await child.exited;
