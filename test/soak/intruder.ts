/**
 * Another user who tries to get in or in between, until it is ended: `intruder.ts ROOT`. Reports on
 * standard output what it has reached, which must be nothing.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { connectUnix } from "../../src/system/unix-socket.ts";

const [root = ""] = process.argv.slice(2);
const mount = join(root, "m");
const reached = new Set<string>();

function attempt(what: string, work: () => void): void {
  try {
    work();
    reached.add(what);
  } catch {
    // As it must be.
  }
}

process.on("SIGTERM", () => {
  console.log(JSON.stringify([...reached]));
  process.exit(0);
});

for (;;) {
  attempt("listed sockets", () => readdirSync(join(mount, "s")));
  attempt("listed logs", () => readdirSync(join(mount, "s.logs")));
  attempt("read a file", () => readFileSync(join(mount, "s/.focus.json")));
  attempt("planted a file", () => writeFileSync(join(mount, "s/planted"), "x"));
  attempt("planted a log", () => writeFileSync(join(mount, "s.logs/planted.log"), "x"));
  attempt("made the directory", () => mkdirSync(join(mount, "s")));
  attempt("made a link of it", () => symlinkSync("/tmp", join(mount, "s")));
  attempt("connected", () => {
    const { fd, error } = connectUnix(join(mount, "s/w0-0"));
    if (fd === undefined) throw new Error(error);
  });
  await Bun.sleep(20);
}
