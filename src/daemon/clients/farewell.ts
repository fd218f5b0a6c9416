import { encodeExit, type ExitStatus } from "../../protocol/messages.ts";
import { Tag } from "../../protocol/tags.ts";
import type { Clients } from "./clients.ts";

/** By then every client that still reads has read some. */
const PATIENCE_MS = 5000;
/** How often the clients that still read are checked. */
const CHECK_MS = 20;

/**
 * Reports to every client how the session's command ended, after its last output, and closes the
 * connections. Resolves when all are closed; one that reads nothing is closed after a while.
 */
export function sayFarewell(clients: Clients, exit: ExitStatus): Promise<void> {
  for (const client of clients.all()) {
    if (client.follows) client.send(Tag.Exit, encodeExit(exit));
  }
  for (const client of clients.all()) client.closeAfterFlush();
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = setInterval(() => {
    const open = [...clients.all()].filter((client) => !client.isClosed);
    for (const client of open) if (client.output.idleMs() > PATIENCE_MS) client.terminate();
    if (open.length > 0) return;
    clearInterval(check);
    resolve();
  }, CHECK_MS);
  return promise;
}
