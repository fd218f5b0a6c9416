import { expect, test } from "bun:test";

import { boundSockets, ownerOf } from "../../src/system/bound-sockets.ts";
import { TestDirectory } from "../config/test-directory.ts";

const onLinux = test.skipIf(process.platform !== "linux");

onLinux("sockets are found by their paths, whatever is in these", () => {
  using dir = new TestDirectory();
  for (const name of ["plain", "with blank", "two\nlines", "end\n"]) {
    const path = dir.join(name);
    const listener = Bun.listen({ unix: path, socket: { data: () => {} } });
    const found = boundSockets().filter((socket) => socket.path.startsWith(dir.path));
    expect(found.map((socket) => socket.path)).toEqual([path]);
    expect(found[0]?.isListening).toBe(true);
    expect(ownerOf(found[0]?.inode ?? "")).toBe(process.pid);
    listener.stop(true);
  }
});
