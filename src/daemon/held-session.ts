import { makeHarmless } from "../base/harmless-text.ts";
import { encodeExit, exitCodeOf, type ExitStatus } from "../protocol/messages.ts";
import { Tag } from "../protocol/tags.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import type { SessionName } from "../sessions/names.ts";
import type { ClientConnection } from "./clients/client-connection.ts";
import type { Clients } from "./clients/clients.ts";
import type { Waits } from "./runs/waits.ts";

const LF = 0x0a;
const CR = 0x0d;

export interface HeldSessionParts {
  clients: Clients;
  waits: Waits;
  sessionName(): SessionName;
  /** Somebody has seen how the command ended: the session can end, too. */
  onSeen(): void;
}

/** A session whose command has ended, and that stays until somebody has seen how. */
export class HeldSession {
  readonly #exit: ExitStatus;
  readonly #parts: HeldSessionParts;

  constructor(exit: ExitStatus, parts: HeldSessionParts) {
    this.#exit = exit;
    this.#parts = parts;
  }

  /** Reports the end to all clients that follow the output. */
  reportEnd(): void {
    const { clients } = this.#parts;
    for (const client of clients.all()) this.endWatch(client);
    for (const client of clients.attached()) this.showEnd(client);
  }

  /** Shows an attached client how the command has ended. */
  showEnd(client: ClientConnection): void {
    const name = makeHarmless(this.#parts.sessionName());
    const hint = client.isReadOnly ? "" : ": Enter closes it";
    const notice = `\r\n[${name} exited ${exitCodeOf(this.#exit)}${hint}]\r\n`;
    client.send(Tag.Output, encodeUtf8(notice));
  }

  /** A client that follows the output without being attached gets none any more: it need not wait. */
  endWatch(client: ClientConnection): void {
    if (client.isAttached || !client.follows) return;
    client.send(Tag.Exit, encodeExit(this.#exit));
    client.closeAfterFlush();
  }

  /** Answers those who wait for the end. @returns whether there were any. */
  endWaits(): boolean {
    const isSeen = this.#parts.waits.endSession(exitCodeOf(this.#exit));
    if (isSeen) this.#parts.onSeen();
    return isSeen;
  }

  /** A client has typed: Enter closes the session. */
  type(client: ClientConnection, bytes: Uint8Array): void {
    const isEnter = bytes.includes(CR) || bytes.includes(LF);
    if (isEnter && client.isAttached && !client.isReadOnly) this.#parts.onSeen();
  }

  /** A client is gone: of those that were attached and could type, the last one closes the session. */
  clientLeft(client: ClientConnection): void {
    const hasSeen = client.isAttached && !client.isReadOnly;
    if (hasSeen && this.#parts.clients.attached().length === 0) this.#parts.onSeen();
  }
}
