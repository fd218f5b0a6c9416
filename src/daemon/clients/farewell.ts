import { encodeExit, type ExitStatus } from "../../protocol/messages.ts";
import { Tag } from "../../protocol/tags.ts";
import type { Clients } from "./clients.ts";

/** By then who still takes output has taken some. */
const PATIENCE_MS = 5000;
/** How often the clients that still take output are looked at. */
const LOOK_MS = 20;

/**
 * Tells every client how the session's command ended, behind its last output, and closes the
 * connections. Resolves when all are closed; one that takes nothing is waited for no longer.
 */
export function sayFarewell(clients: Clients, exit: ExitStatus): Promise<void> {
  for (const client of clients.all()) {
    if (client.follows) client.send(Tag.Exit, encodeExit(exit));
  }
  for (const client of clients.all()) client.closeAfterFlush();
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = setInterval(() => {
    const open = [...clients.all()].filter((client) => !client.isClosed);
    for (const client of open) if (client.output.idleMs() > PATIENCE_MS) client.terminate();
    if (open.length > 0) return;
    clearInterval(look);
    resolve();
  }, LOOK_MS);
  return promise;
}
