import {
  decodeSwitch,
  encodeSwitch,
  plainSwitch,
  type SwitchRequest,
} from "../../protocol/switch-request.ts";
import {
  attachSwitchSequence,
  isSwitchTarget,
  SWITCH_PREFIX,
  SwitchFilter,
} from "../../protocol/switch-sequence.ts";
import { Tag } from "../../protocol/tags.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import type { Pty } from "../../pty/pty.ts";
import { argvOf } from "../../system/processes/waiting-process.ts";
import { isSessionAddress } from "../../sessions/names.ts";
import { asksToSwitch } from "../../sessions/switch-command.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { Clients } from "./clients.ts";

const PREFIX = encodeUtf8(SWITCH_PREFIX);

/** Moves the client whose user typed last to another session. */
export class ClientSwitch {
  readonly #clients: Clients;

  constructor(clients: Clients) {
    this.#clients = clients;
  }

  /** Answers a Switch message: moves the client, or says why not. */
  answer(asker: ClientConnection, payload: Uint8Array): void {
    const request = decodeSwitch(payload);
    const isPossible = request !== undefined && isSessionAddress(request.target);
    const problem = isPossible ? this.move(request) : "that cannot be a session's name";
    asker.send(Tag.Ack, encodeUtf8(problem));
  }

  /** @returns why no client can be moved; empty when one has been told. */
  move(request: SwitchRequest): string {
    const client = this.#clients.deciding();
    if (client === undefined) return "nobody is attached who could be taken there";
    if (client.understands(Tag.Switch)) client.send(Tag.Switch, encodeSwitch(request));
    else if (!isSwitchTarget(request.target)) return "its client cannot be told that name";
    else client.send(Tag.Output, encodeUtf8(attachSwitchSequence(request.target)));
    return "";
  }

  /**
   * Takes the original program's request out of a piece of output. Anything that is displayed could
   * look like one, a file or what comes from another host; so it only counts while the program in the
   * foreground of the session's terminal is one that asks for just that session.
   * @returns what is left to show, the request taken out; undefined when there is none that counts.
   */
  takeFromOutput(chunk: Uint8Array, pty: Pick<Pty, "foregroundGroup">): Uint8Array | undefined {
    if (Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).indexOf(PREFIX) === -1) {
      return undefined;
    }
    const argv = argvOf(pty.foregroundGroup() ?? 0) ?? [];
    const filter = new SwitchFilter(
      (target) => isSessionAddress(target) && asksToSwitch(argv, target),
    );
    const shown = filter.push(chunk);
    const { target } = filter;
    if (target === undefined) return undefined;
    this.move({ ...plainSwitch(target), creates: true });
    return Buffer.concat([shown, filter.flush()]);
  }
}
