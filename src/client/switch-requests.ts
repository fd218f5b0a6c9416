import type { Config } from "../config/paths.ts";
import { decodeSwitch, plainSwitch, type SwitchRequest } from "../protocol/switch-request.ts";
import { SwitchFilter } from "../protocol/switch-sequence.ts";
import { isSessionAddress } from "../sessions/names.ts";
import { asksToSwitch } from "../sessions/switch-command.ts";
import { argvOf, foregroundGroupOf } from "../system/processes/waiting-process.ts";

interface SwitchRequestOptions {
  config: Config;
  /** A client that only watches follows no request. */
  isReadOnly: boolean;
}

/**
 * Reads a session's requests that its client show another session: messages of the daemon, or
 * sequences in the output where the daemon is of another build and knows no such message.
 */
export class SwitchRequests {
  readonly #options: SwitchRequestOptions;
  readonly #filter: SwitchFilter;
  /** Process on the session's PTY, once the daemon has reported it. */
  pid = 0;

  constructor(options: SwitchRequestOptions) {
    this.#options = options;
    this.#filter = new SwitchFilter((target) => this.#isAsked(target));
  }

  /** @returns the request in a daemon's message; undefined when it cannot be followed. */
  ofMessage(payload: Uint8Array): SwitchRequest | undefined {
    const request = decodeSwitch(payload);
    return request !== undefined && this.#mayFollow(request.target) ? request : undefined;
  }

  /** @returns the output without a request in it: see `ofOutput`. */
  filter(output: Uint8Array): Uint8Array {
    return this.#filter.push(output);
  }

  /** The request in the output so far, if there was one. */
  ofOutput(): SwitchRequest | undefined {
    const { target } = this.#filter;
    return target === undefined ? undefined : { ...plainSwitch(target), creates: true };
  }

  /** Output that was held back because it could have become a request. */
  flush(): Uint8Array {
    return this.#filter.flush();
  }

  #mayFollow(target: string): boolean {
    const { config, isReadOnly } = this.#options;
    return !isReadOnly && isSessionAddress(target, config);
  }

  /** Whether a program in the foreground asks for this; text that is merely shown does not count. */
  #isAsked(target: string): boolean {
    if (!this.#mayFollow(target)) return false;
    const group = foregroundGroupOf(this.pid);
    return group !== undefined && asksToSwitch(argvOf(group) ?? [], target);
  }
}
