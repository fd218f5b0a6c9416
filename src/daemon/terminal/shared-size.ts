import { DEFAULT_SIZE } from "../../base/default-size.ts";
import type { PixelSize } from "../../protocol/messages.ts";
import type { Pty } from "../../pty/pty.ts";
import type { TerminalBackend } from "../../terminal/backend.ts";
import type { ClientConnection } from "../clients/client-connection.ts";
import type { Clients } from "../clients/clients.ts";
import type { ClientViews } from "../clients/client-views.ts";
import type { ModelFeed } from "./model-feed.ts";

/** Of a terminal that nobody has attached to yet. */
export const FIRST_SIZE: PixelSize = { ...DEFAULT_SIZE, xPixels: 0, yPixels: 0 };

/** The size of the session's terminal: that of the client that was active last. */
export class SharedSize {
  readonly #clients: Clients;
  readonly #views: ClientViews;
  readonly #pty: Pick<Pty, "resize">;
  readonly #backend: TerminalBackend;
  readonly #model: ModelFeed;
  #current = FIRST_SIZE;

  constructor(
    clients: Clients,
    views: ClientViews,
    pty: Pick<Pty, "resize">,
    backend: TerminalBackend,
    model: ModelFeed,
  ) {
    this.#clients = clients;
    this.#views = views;
    this.#pty = pty;
    this.#backend = backend;
    this.#model = model;
  }

  get current(): PixelSize {
    return this.#current;
  }

  /**
   * Gives the program and the model the size that the clients decide now.
   * @param attaching the client that is sent the state in this size next.
   * @returns whether the size has changed.
   */
  apply(attaching?: ClientConnection): boolean {
    const size = this.#clients.size();
    if (size === undefined || isSameSize(size, this.#current)) return false;
    this.#current = size;
    this.#model.catchUp(); // earlier output was printed for the old size
    this.#backend.resize(size.rows, size.cols, size);
    this.#model.noteChange();
    this.#pty.resize(size);
    this.#views.update(attaching);
    return true;
  }
}

function isSameSize(a: PixelSize, b: PixelSize): boolean {
  const isSame = a.rows === b.rows && a.cols === b.cols;
  return isSame && a.xPixels === b.xPixels && a.yPixels === b.yPixels;
}
