import { copyBytes } from "../base/copy-bytes.ts";
import { randomBytes } from "node:crypto";

import { TsmError } from "../base/errors.ts";
import type { Config } from "../config/paths.ts";
import { decodeExit, encodeShown, encodeSize, encodeVariables } from "../protocol/messages.ts";
import { parseInfo } from "../protocol/info.ts";
import type { SwitchRequest } from "../protocol/switch-request.ts";
import { Tag, UNDERSTOOD_TAGS } from "../protocol/tags.ts";
import { MARK_BYTES, terminalMarkSequence } from "../protocol/terminal-mark.ts";
import { decodeUtf8 } from "../protocol/utf8.ts";
import type { Connection, Message } from "../sessions/wire/connection.ts";
import { isSessionAddress, quoteName } from "../sessions/names.ts";
import type { AttachEnd, AttachmentOptions } from "./attachment-options.ts";
import { explainClose } from "./explain-close.ts";
import type { KeyAction } from "./keys.ts";
import type { LocalTerminal } from "./local-terminal.ts";
import { PixelSize } from "./pixel-size.ts";
import { SessionScreen } from "./session-screen.ts";
import { ShownOutput } from "./shown-output.ts";
import { SwitchRequests } from "./switch-requests.ts";
import { TypedKeys } from "./typed-keys.ts";

/** With more than this still to be written to the terminal, the daemon has to wait. */
const OUTPUT_HIGH_BYTES = 256 * 1024;
/** With more than this still to be sent to the daemon, the keyboard has to wait. */
const INPUT_HIGH_BYTES = 1024 * 1024;
/** Input is sent in frames of at most this. */
const INPUT_FRAME_BYTES = 64 * 1024;
/** How long the daemon may take to accept the last input. */
const LAST_INPUT_MS = 2000;

/** One connection between the terminal and a session. */
export class Attachment {
  readonly #options: AttachmentOptions;
  readonly #config: Config;
  readonly #terminal: LocalTerminal;
  readonly #keys: TypedKeys;
  readonly #switches: SwitchRequests;
  readonly #shown = new ShownOutput();
  #pixels: PixelSize | undefined;
  readonly #mark = randomBytes(MARK_BYTES);
  #daemonTags: Uint8Array = new Uint8Array(0);
  readonly #end = Promise.withResolvers<AttachEnd>();
  #name: string;
  #connection: Connection | undefined;
  readonly #screen: SessionScreen;
  /** Callbacks for `Info` messages, which come in the order of the questions. */
  readonly #askers: (() => void)[] = [];
  #isOver = false;

  constructor(options: AttachmentOptions) {
    const { config, name, terminal, keys } = options;
    this.#options = options;
    this.#config = config;
    this.#name = name;
    this.#terminal = terminal;
    this.#keys = new TypedKeys(keys, {
      onInput: (bytes) => this.#send(bytes),
      onKey: (action, rest) => this.#leaveBy(action, rest),
      hasInput: () => terminal.hasInput,
    });
    this.#screen = new SessionScreen(terminal, (onAnswer) => this.#ask(onAnswer));
    this.#switches = new SwitchRequests({ config, isReadOnly: options.isReadOnly === true });
  }

  get end(): Promise<AttachEnd> {
    return this.#end.promise;
  }

  start(connection: Connection): void {
    this.#connection = connection;
    this.#pixels = new PixelSize(connection);
    const { isReadOnly, takesOver, variables } = this.#options;
    connection.send(Tag.Tags, Uint8Array.from(UNDERSTOOD_TAGS));
    this.#ask(() => this.#checkDaemon());
    this.#markTerminal(connection);
    connection.send(Tag.Shown, encodeShown(0));
    if (takesOver === true) connection.send(Tag.DetachOthers);
    if (isReadOnly !== true) connection.send(Tag.Environment, encodeVariables(variables));
    this.#askForPicture(connection);
    this.#terminal.listen({
      onInput: (bytes) => this.#keys.push(bytes),
      onResize: () => {
        this.#pixels?.report();
        connection.send(Tag.Resize, this.#size);
      },
      onDrain: () => {
        connection.resume();
        this.#reportShown();
      },
      onPasteModeOff: () => this.#keys.endPaste(),
      onProgress: () => this.#reportShown(),
      onContinue: () => this.#redraw(connection),
      onGone: (end) => this.#leave({ kind: "gone", ...end, name: this.#name }),
    });
  }

  /** Lets the daemon notice when the session is shown within itself, where that can be marked. */
  #markTerminal(connection: Connection): void {
    if (this.#terminal.isDumb) return connection.send(Tag.DumbTerminal);
    connection.send(Tag.TerminalMark, this.#mark);
    this.#terminal.write(terminalMarkSequence(this.#mark));
  }

  /** Payload with the terminal's size; empty where the size is unknown: then this client decides none. */
  get #size(): Uint8Array {
    const size = this.#terminal.knownSize;
    return size === undefined ? new Uint8Array(0) : encodeSize(size);
  }

  #askForPicture(connection: Connection): void {
    this.#pixels?.report();
    const tag = this.#options.isReadOnly === true ? Tag.InitReadOnly : Tag.Init;
    connection.send(tag, this.#size);
    this.#screen.awaitPicture();
  }

  /** The terminal is empty after a stop: it needs the whole picture again. */
  #redraw(connection: Connection): void {
    this.#screen.drop();
    this.#reportShown(); // the output still to be written was dropped
    this.#askForPicture(connection);
    connection.resume();
  }

  #ask(onAnswer: () => void): void {
    this.#askers.push(onAnswer);
    this.#connection?.send(Tag.Info);
  }

  receive({ tag, payload }: Message): void {
    switch (tag) {
      case Tag.Output:
        return this.#onOutput(payload);
      case Tag.Tags:
        return this.#onTags(payload);
      case Tag.Info:
        return this.#onInfo(payload);
      case Tag.Switch:
        return this.#onSwitch(payload);
      case Tag.TerminalMark:
        return this.#onTerminalMark(payload);
      case Tag.Renamed:
        return this.#onRenamed(payload);
      case Tag.Exit:
        return this.#onExit(payload);
      default: // other builds may say more
    }
  }

  #onOutput(payload: Uint8Array): void {
    // The payload is only lent, and the terminal may be slow.
    const bytes = copyBytes(payload);
    const isFiltered = !this.#daemonTags.includes(Tag.Switch);
    const output = isFiltered ? this.#switches.filter(bytes) : bytes;
    const from = this.#terminal.writtenBytes;
    this.#screen.write(output);
    this.#shown.note(bytes.byteLength, from, this.#terminal.writtenBytes);
    this.#reportShown();
    const request = this.#switches.ofOutput();
    if (request !== undefined) return this.#goTo(request);
    if (this.#terminal.pendingBytes > OUTPUT_HIGH_BYTES) this.#connection?.pause();
  }

  #onTags(payload: Uint8Array): void {
    this.#daemonTags = copyBytes(payload);
  }

  #onInfo(payload: Uint8Array): void {
    this.#switches.pid = parseInfo(payload).pid;
    this.#askers.shift()?.();
  }

  #onSwitch(payload: Uint8Array): void {
    const request = this.#switches.ofMessage(payload);
    if (request !== undefined) this.#goTo(request);
  }

  #onTerminalMark(payload: Uint8Array): void {
    if (Buffer.compare(payload, this.#mark) === 0) this.#fail(shownInItself(this.#name));
  }

  #onRenamed(payload: Uint8Array): void {
    const name = decodeUtf8(payload);
    if (isSessionAddress(name)) this.#name = name;
  }

  #onExit(payload: Uint8Array): void {
    this.#leave({ kind: "ended", exit: decodeExit(payload), name: this.#name });
  }

  /** Called on the first answer, so after the `Tags` message of a daemon that sends one. */
  #checkDaemon(): void {
    const isRefused =
      this.#options.isReadOnly === true && !this.#daemonTags.includes(Tag.InitReadOnly);
    if (isRefused) this.#fail(knowsNoReadOnly());
  }

  /** The daemon has closed the connection without saying how the session ended. */
  disconnected(error: TsmError | undefined): void {
    if (this.#isOver) return;
    if (error !== undefined) return this.#fail(error);
    const tellsEnd = this.#daemonTags.length > 0;
    void explainClose(this.#config, this.#name, tellsEnd).then(
      (end) => this.#leave({ ...end, name: this.#name }),
      (reason: unknown) => this.#fail(reason),
    );
  }

  /** The daemon waits for the terminal, not for this program. */
  #reportShown(): void {
    const bytes = this.#shown.report(this.#terminal.takenBytes);
    if (bytes !== undefined) this.#connection?.send(Tag.Shown, encodeShown(bytes));
  }

  #goTo(request: SwitchRequest): void {
    this.#leave({ kind: "switch", name: this.#name, ...request });
  }

  #leaveBy(action: KeyAction, rest: Uint8Array): void {
    const name = this.#name;
    const { pid } = this.#switches;
    this.#leave(
      action === "detach" ? { kind: "detached", name } : { kind: "picker", name, pid },
      rest,
    );
  }

  #send(bytes: Uint8Array): void {
    const connection = this.#connection;
    if (connection === undefined || this.#options.isReadOnly === true) return;
    for (let from = 0; from < bytes.byteLength; from += INPUT_FRAME_BYTES) {
      connection.send(Tag.Input, bytes.subarray(from, from + INPUT_FRAME_BYTES));
    }
    if (connection.pendingBytes > INPUT_HIGH_BYTES) this.#terminal.pauseInput();
  }

  #leave(end: AttachEnd, rest: Uint8Array = new Uint8Array(0)): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pixels?.close();
    this.#keys.close();
    this.#screen.end();
    this.#terminal.unlisten(rest);
    this.#terminal.write(this.#switches.flush());
    this.#connection?.send(Tag.Detach);
    // Input typed before the key is for the session, even when the daemon is slow to accept it.
    const finished = this.#connection?.finish(LAST_INPUT_MS) ?? Promise.resolve();
    void finished.then(() => this.#end.resolve(end));
  }

  #fail(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pixels?.close();
    this.#keys.close();
    this.#connection?.close();
    this.#terminal.unlisten(new Uint8Array(0));
    this.#end.reject(reason);
  }
}

function knowsNoReadOnly(): TsmError {
  return new TsmError("unsupported", "its daemon does not know read-only clients", {
    remedy: "It is of another build: attach without --read-only, or create the session again.",
  });
}

function shownInItself(name: string): TsmError {
  return new TsmError("usage", `Session ${quoteName(name)} is shown in this terminal already.`, {
    remedy: "Attach to it from another terminal.",
  });
}
