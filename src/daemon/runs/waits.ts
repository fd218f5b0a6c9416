import { Tag } from "../../protocol/tags.ts";
import { encodeWaitEnd, type WaitEnd } from "../../protocol/wait.ts";
import type { ClientConnection } from "../clients/client-connection.ts";

/**
 * Clients waiting for an exit status: of the current run command, or of the last one if it was not
 * reported to its requester; else of the session's own command.
 */
export class Waits {
  readonly #forRun = new Set<ClientConnection>();
  readonly #forSession = new Set<ClientConnection>();
  /** Clients whose waiting does not end a held session. */
  readonly #keepers = new WeakSet<ClientConnection>();
  #isRunning = false;
  /** Exit code of the last run command, unless its requester got it. */
  #unheardCode: number | undefined;
  #hasTypedSince = false;

  /** Answers at once, or when the end comes. */
  add(client: ClientConnection, keeps: boolean): void {
    client.waitsForEnd = true;
    if (keeps) this.#keepers.add(client);
    else this.#keepers.delete(client);
    if (this.#isRunning) this.#forRun.add(client);
    else if (this.#unheardCode === undefined) this.#forSession.add(client);
    else answer(client, { what: "run", code: this.#unheardCode, isStale: this.#hasTypedSince });
  }

  /** Something has been typed, which may have begun something else. */
  noteTyping(): void {
    this.#hasTypedSince = true;
  }

  forget(client: ClientConnection): void {
    this.#forRun.delete(client);
    this.#forSession.delete(client);
  }

  noteRun(): void {
    this.#isRunning = true;
    this.#unheardCode = undefined;
  }

  endRun(code: number, isHeard: boolean): void {
    this.#isRunning = false;
    if (!isHeard) this.#unheardCode = code;
    this.#hasTypedSince = false;
    for (const client of this.#forRun) answer(client, { what: "run", code, isStale: false });
    this.#forRun.clear();
  }

  /** @returns whether anybody had waited for that. */
  endSession(code: number): boolean {
    const waiting = [...this.#forRun, ...this.#forSession];
    for (const client of waiting) answer(client, { what: "session", code, isStale: false });
    this.#forRun.clear();
    this.#forSession.clear();
    // From now on this is the end that is asked for.
    this.#isRunning = false;
    this.#unheardCode = undefined;
    return waiting.some((client) => !this.#keepers.has(client));
  }
}

function answer(client: ClientConnection, end: WaitEnd): void {
  client.send(Tag.Wait, encodeWaitEnd(end));
}
