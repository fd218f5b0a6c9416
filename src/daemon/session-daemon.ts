import { constants } from "node:os";

import { describeError, TsmError } from "../base/errors.ts";
import type { Config } from "../config/paths.ts";
import { renameShellFiles } from "../config/shell-files.ts";
import { HEADER_SIZE, MAX_PAYLOAD_SIZE, writeHeader } from "../protocol/frame.ts";
import { encodeInfo } from "../protocol/info.ts";
import { decodeSize, decodeVariables, exitCodeOf, type ExitStatus } from "../protocol/messages.ts";
import { Tag, tagName } from "../protocol/tags.ts";
import { CLEAR_SCREEN, TERMINAL_RESET } from "../protocol/terminal-reset.ts";
import { decodeStrictUtf8, encodeUtf8 } from "../protocol/utf8.ts";
import { openPty } from "../pty/open-pty.ts";
import type { Pty, PtyDriver } from "../pty/pty.ts";
import { removeSessionRuntimeFiles, renameSessionArtifacts } from "../sessions/artifacts.ts";
import { currentBuildInfo, writeDaemonBuildInfo } from "../sessions/daemon-build.ts";
import { renameFocus } from "../sessions/focus.ts";
import { validateSessionName } from "../sessions/names.ts";
import type { TerminalBackend } from "../terminal/backend.ts";
import { createTerminalBackend } from "../terminal/xterm-backend.ts";
import { Attention } from "./attention.ts";
import { ClientEnvironment } from "./client-environment.ts";
import { QUEUE_HIGH_BYTES, type Client } from "./client.ts";
import { Clients } from "./clients.ts";
import { sayFarewell } from "./farewell.ts";
import { Flow } from "./flow.ts";
import { hangUp } from "./hang-up.ts";
import { PublishedSocket } from "./listener.ts";
import { DaemonLog, ignoringSystemErrors } from "./log.ts";
import { ModelFeed } from "./model-feed.ts";

const FIRST_SIZE = { rows: 24, cols: 80 };
/** Said to a client before the snapshot that makes up for what it has missed. */
const RESYNC_RESET = encodeUtf8(`${TERMINAL_RESET}${CLEAR_SCREEN}`);
/** With more than this typed and not read by the program, whoever types has to wait. */
const INPUT_HIGH_BYTES = 16 * 1024 * 1024;
const FOCUS_LOST = "\x1b[O";

export interface DaemonOptions {
  config: Config;
  name: string;
  /** What to run. Not empty. */
  argv: readonly string[];
  /** What people are shown as the command. */
  title: string;
  /** Directory of the command. */
  cwd: string;
  driver?: PtyDriver;
  /** Link that the session's processes know as SSH_AUTH_SOCK, if they know one. */
  agentLink?: string;
  /** Lines that the terminal model keeps above the screen. */
  scrollbackLines?: number;
}

/** One session's life: its program, its terminal model, its socket, its clients. */
export class SessionDaemon {
  readonly #config: Config;
  readonly #options: DaemonOptions;
  readonly #log: DaemonLog;
  readonly #clients = new Clients();
  readonly #socket: PublishedSocket;
  readonly #pty: Pty;
  readonly #backend: TerminalBackend;
  readonly #model: ModelFeed;
  readonly #flow: Flow;
  readonly #environment: ClientEnvironment;
  readonly #attention = new Attention(() => this.#clients.attached().length > 0);
  readonly #createdAt = BigInt(Math.floor(Date.now() / 1000));
  readonly #ended = Promise.withResolvers<void>();
  #name: string;
  #size = FIRST_SIZE;
  #isKilling = false;
  #hasLeft = false;
  #exit: ExitStatus | undefined;
  #endedAt = 0n;

  /**
   * Takes the name and starts the program.
   * @throws TsmError when the name is taken or the program cannot be started; nothing is left then.
   */
  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#name = options.name;
    this.#log = new DaemonLog(options.config, options.name);
    this.#environment = new ClientEnvironment(options.config, () => this.#name, options.agentLink);
    this.#socket = PublishedSocket.publish(options.config, options.name, {
      open: (socket) => this.#clients.add(socket),
      data: (socket, bytes) => this.#receive(socket, bytes),
      drain: (socket) => this.#drained(socket),
      close: (socket) => this.#forget(socket),
      error: (socket) => this.#forget(socket),
    });
    this.#backend = createTerminalBackend({
      ...FIRST_SIZE,
      ...(options.scrollbackLines === undefined
        ? {}
        : { scrollbackLines: options.scrollbackLines }),
      onReply: (bytes) => this.#reply(bytes),
      onNotification: () => this.#attention.call(),
      onFault: (message) => this.#log.write(`terminal model: ${message}`),
    });
    this.#model = new ModelFeed(
      this.#backend,
      (chunk) => this.#pty.recycle(chunk),
      () => this.#flow.update(),
    );
    try {
      this.#pty = openPty(
        { ...FIRST_SIZE, ...options, headroom: HEADER_SIZE },
        {
          onData: (bytes) => this.#relay(bytes),
          onExit: (exit) => this.#finish(exit),
          onInputDrain: () => this.#resumeInput(),
        },
      );
    } catch (error) {
      this.#leave();
      throw error;
    }
    this.#flow = new Flow(
      this.#pty,
      () => this.#clients.all(),
      this.#model,
      (client) => this.#log.write(`a client has stalled with ${client.pendingBytes} bytes waiting`),
    );
    const build = currentBuildInfo();
    if (build !== undefined) {
      ignoringSystemErrors(() => writeDaemonBuildInfo(this.#config, this.#name, build));
    }
    this.#log.write(`started ${options.argv.join(" ")}: pid ${this.#pty.pid}, ${this.#pty.driver}`);
  }

  /** Resolves when the program has ended and every client has got what it was to get. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Ends the session: the name first, so that it can be used again at once, then the processes. */
  kill(reason: string): void {
    if (this.#isKilling) return;
    this.#isKilling = true;
    this.#log.write(`ending: ${reason}`);
    this.#leave();
    this.#pty.resume();
    void this.#endProcesses();
  }

  async #endProcesses(): Promise<void> {
    await hangUp(this.#pty.pid, () => this.#exit !== undefined);
    await this.#farewell(this.#exit ?? { code: 0, signal: constants.signals.SIGKILL });
  }

  /** Writes down what must not end the session. */
  reportFault(error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : describeError(error);
    this.#log.write(`survived: ${detail}`);
  }

  #relay(bytes: Uint8Array<ArrayBuffer>): void {
    const start = bytes.byteOffset - HEADER_SIZE;
    const frame = new Uint8Array(bytes.buffer, start, HEADER_SIZE + bytes.byteLength);
    writeHeader(frame, 0, Tag.Output, bytes.byteLength);
    for (const client of this.#clients.all()) {
      if (client.isAttached && !client.isStalled) client.sendFrame(frame);
    }
    this.#model.push(bytes);
    this.#flow.update();
  }

  #receive(socket: Bun.Socket<undefined>, bytes: Uint8Array): void {
    const client = this.#clients.get(socket);
    if (client === undefined) return;
    try {
      client.receive(bytes, (tag, payload) => this.#handle(client, tag, payload));
      // Whoever asks without reading the answers has to read before asking more.
      if (client.pendingBytes > QUEUE_HIGH_BYTES && !client.isAttached) client.holdInput("answers");
    } catch (error) {
      this.#log.write(`closed a connection: ${describeError(error)}`);
      if (!(error instanceof TsmError)) this.reportFault(error);
      client.terminate();
      this.#forget(socket);
    }
  }

  #handle(client: Client, tag: Tag, payload: Uint8Array): void {
    switch (tag) {
      case Tag.Input:
        return this.#type(client, payload);
      case Tag.Resize:
        return this.#resize(client, payload);
      case Tag.Init:
        return this.#attach(client, payload, false);
      case Tag.InitReadOnly:
        return this.#attach(client, payload, true);
      case Tag.Detach:
        return client.closeAfterFlush();
      case Tag.DetachAll:
        for (const other of this.#clients.attached()) other.closeAfterFlush();
        return client.closeAfterFlush();
      case Tag.DetachOthers:
        for (const other of this.#clients.attached()) if (other !== client) other.closeAfterFlush();
        return;
      case Tag.Environment:
        return this.#environment.update(decodeVariables(payload));
      case Tag.Kill:
        return this.kill("asked to by a client");
      case Tag.Info:
        return client.send(Tag.Info, this.#info());
      case Tag.Attention:
        return client.send(Tag.Attention, this.#attention.encode());
      case Tag.History:
        this.#model.catchUp();
        return client.send(Tag.History, this.#backend.preview());
      case Tag.Run:
        return client.send(Tag.Ack);
      case Tag.Rename:
        return client.send(Tag.Ack, encodeUtf8(this.#rename(payload)));
      default:
        // Other builds know other tags; theirs must not harm us.
        this.#log.write(`ignored ${tagName(tag)} of ${payload.byteLength} bytes`);
    }
  }

  #attach(client: Client, payload: Uint8Array, isReadOnly: boolean): void {
    const size = decodeSize(payload);
    client.isAttached = true;
    client.isReadOnly = isReadOnly;
    if (size !== undefined) client.size = size;
    this.#clients.touch(client);
    this.#attention.noteLook();
    const before = this.#size;
    this.#applySize();
    this.#sendSnapshot(client);
    // A new size makes the kernel tell the programs; the same size has to be told.
    if (before === this.#size) this.#pty.signal("SIGWINCH");
  }

  #sendSnapshot(client: Client): void {
    this.#model.catchUp();
    for (const part of inPayloads(this.#backend.snapshot())) client.send(Tag.Output, part);
  }

  #type(client: Client, bytes: Uint8Array): void {
    if (client.isReadOnly) return;
    if (!client.isAttached) this.#pty.write(bytes);
    else if (client === this.#clients.deciding()) this.#write(client, bytes);
    // Every client's terminal answers what a program asks; only one answer may reach it.
    else client.filterReplies(bytes, (typed) => this.#write(client, typed));
    if (this.#pty.pendingInputBytes > INPUT_HIGH_BYTES) client.holdInput("program");
  }

  /** Writes what an attached client has typed, which makes it the one that decides. */
  #write(client: Client, typed: Uint8Array): void {
    if (typed.byteLength === 0) return;
    if (!isFocusLost(typed)) {
      this.#clients.touch(client);
      this.#applySize();
    }
    this.#pty.write(typed);
  }

  #resumeInput(): void {
    for (const client of this.#clients.all()) client.releaseInput("program");
  }

  #resize(client: Client, payload: Uint8Array): void {
    const size = decodeSize(payload);
    if (size === undefined) return;
    client.size = size;
    if (!client.isAttached) return;
    this.#clients.touch(client);
    this.#applySize();
  }

  /** Gives the program the size of the client that was active last. */
  #applySize(): void {
    const size = this.#clients.size();
    if (size === undefined) return;
    if (size.rows === this.#size.rows && size.cols === this.#size.cols) return;
    this.#size = size;
    this.#model.catchUp(); // what came before was printed for the old size
    this.#backend.resize(size.rows, size.cols);
    this.#pty.resize(size.rows, size.cols);
  }

  /** An answer of the model to a program's question, for which a client's terminal is better. */
  #reply(bytes: Uint8Array): void {
    if (this.#clients.deciding() === undefined) this.#pty.write(bytes);
  }

  /** @returns the error text for the Ack, empty when done. */
  #rename(payload: Uint8Array): string {
    const name = decodeStrictUtf8(payload);
    if (name === undefined) return "session name is not UTF-8";
    if (name === "") return "empty session name";
    try {
      validateSessionName(name, this.#config);
      if (name !== this.#name) this.#takeName(name);
    } catch (error) {
      return describeError(error);
    }
    this.#pty.signal("SIGWINCH");
    return "";
  }

  #takeName(name: string): void {
    const old = this.#name;
    this.#socket.rename(name);
    this.#name = name;
    ignoringSystemErrors(() => renameSessionArtifacts(this.#config, old, name));
    ignoringSystemErrors(() => renameFocus(this.#config, old, name));
    ignoringSystemErrors(() => renameShellFiles(this.#config.socketDir, old, name));
    this.#log.rename(name);
    this.#log.write(`renamed from ${old}`);
    for (const client of this.#clients.attached()) client.send(Tag.Renamed, encodeUtf8(name));
  }

  #info(): Uint8Array {
    return encodeInfo({
      clientsLen: BigInt(this.#clients.attached().length),
      pid: this.#pty.pid,
      cmd: this.#options.title,
      cwd: this.#options.cwd,
      createdAt: this.#createdAt,
      taskEndedAt: this.#endedAt,
      taskExitCode: this.#exit === undefined ? 0 : exitCodeOf(this.#exit),
    });
  }

  #drained(socket: Bun.Socket<undefined>): void {
    const client = this.#clients.get(socket);
    if (client === undefined) return;
    client.flush();
    if (client.pendingBytes === 0) client.releaseInput("answers");
    if (client.isStalled && client.pendingBytes === 0) {
      client.recover();
      client.send(Tag.Output, RESYNC_RESET);
      this.#sendSnapshot(client);
    }
    this.#flow.update();
  }

  #forget(socket: Bun.Socket<undefined>): void {
    if (this.#clients.get(socket)?.isAttached === true) {
      this.#model.catchUp(); // it has seen what came until now
      this.#attention.noteLook();
    }
    const client = this.#clients.remove(socket);
    if (client?.isAttached === true && this.#exit === undefined) this.#applySize();
    this.#flow.update();
  }

  /** The program has ended. */
  #finish(exit: ExitStatus): void {
    this.#exit = exit;
    this.#endedAt = BigInt(Math.floor(Date.now() / 1000));
    this.#log.write(`ended: code ${exit.code}, signal ${exit.signal}`);
    this.#leave();
    if (!this.#isKilling) void this.#farewell(exit);
  }

  /** Takes the session out of the directory, its files before its name: then nobody has that yet. */
  #leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    ignoringSystemErrors(() => {
      if (this.#socket.isOurs()) removeSessionRuntimeFiles(this.#config, this.#name);
    });
    this.#environment.remove();
    ignoringSystemErrors(() => this.#socket.unpublish());
  }

  async #farewell(exit: ExitStatus): Promise<void> {
    this.#flow.stop();
    await sayFarewell(this.#clients, exit);
    this.#backend.close();
    this.#ended.resolve();
  }
}

/** A terminal that loses the focus tells so, but nobody has typed. */
function isFocusLost(bytes: Uint8Array): boolean {
  return bytes.byteLength === FOCUS_LOST.length && Buffer.from(bytes).toString() === FOCUS_LOST;
}

/** A snapshot in pieces that fit into frames. */
function* inPayloads(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.byteLength || from === 0; from += MAX_PAYLOAD_SIZE) {
    yield bytes.subarray(from, from + MAX_PAYLOAD_SIZE);
  }
}
