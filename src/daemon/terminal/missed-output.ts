import { encodeRunState } from "../../protocol/run-command.ts";
import { Tag } from "../../protocol/tags.ts";
import { CLEAR_SCREEN, TERMINAL_RESET } from "../../protocol/terminal-reset.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import type { WatchRequest } from "../../protocol/watch.ts";
import type { ClientConnection } from "../clients/client-connection.ts";
import type { ClientViews } from "../clients/client-views.ts";
import type { StateSender } from "../clients/state-sender.ts";

/** Sent to a client before the snapshot that replaces the output it has missed. */
const RESYNC_RESET = encodeUtf8(`${TERMINAL_RESET}${CLEAR_SCREEN}`);

/** Brings clients up to date that have missed output because they were too slow to take it. */
export class MissedOutput {
  readonly #views: ClientViews;
  readonly #states: StateSender;
  readonly #watch: (client: ClientConnection, request: WatchRequest) => void;

  /** @param watch begins again with what a reader has asked for. */
  constructor(
    views: ClientViews,
    states: StateSender,
    watch: (client: ClientConnection, request: WatchRequest) => void,
  ) {
    this.#views = views;
    this.#states = states;
    this.#watch = watch;
  }

  /** Brings a client up to date if it accepts output again after a stall. */
  makeUpAfterStall(client: ClientConnection): void {
    if (!client.output.hasRecovered) return;
    client.output.recover();
    this.#makeUp(client);
  }

  /** Brings every stalled client up to date: no more output comes. */
  makeUpForAll(clients: Iterable<ClientConnection>): void {
    for (const client of clients) {
      if (!client.isStalled) continue;
      client.output.recover();
      this.#makeUp(client);
    }
  }

  #makeUp(client: ClientConnection): void {
    if (client.listensTo === "run") {
      client.listensTo = "lost";
      return client.send(Tag.RunState, encodeRunState({ kind: "lost" }));
    }
    if (!client.follows) return;
    if (this.#views.has(client)) return this.#views.redraw(client);
    if (client.watches?.follows === true) return this.#watch(client, client.watches);
    client.send(Tag.Output, RESYNC_RESET);
    this.#states.sendAll(client);
  }
}
