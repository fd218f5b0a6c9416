import { constants } from "node:os";

import { describeError, TsmError } from "../base/errors.ts";
import { restoreNameFile } from "../shell/shell-files.ts";
import { detectGitContext } from "../git/context.ts";
import { encodeIntegration } from "../protocol/integration.ts";
import { encodeInfo } from "../protocol/info.ts";
import {
  decodePixelSize,
  decodeShown,
  decodeSize,
  decodeVariables,
  encodeExit,
  exitCodeOf,
  type ExitStatus,
} from "../protocol/messages.ts";
import { ANSWERED_TAGS, Tag } from "../protocol/tags.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { decodeRunRequest } from "../protocol/run-command.ts";
import { decodeWaitRequest } from "../protocol/wait.ts";
import { decodeWatchRequest } from "../protocol/watch.ts";
import { runFilesOf } from "../sessions/files/run-files.ts";
import { currentBuildInfo, writeDaemonBuildInfo } from "../sessions/files/daemon-build.ts";
import { Attention } from "./attention.ts";
import { ClientSwitch } from "./clients/client-switch.ts";
import { ClientEnvironment } from "./client-environment.ts";
import type { Client } from "./clients/client-connection.ts";
import type { Clients } from "./clients/clients.ts";
import { Connections } from "./clients/connections.ts";
import { sayFarewell } from "./clients/farewell.ts";
import { endProcesses } from "./end-processes.ts";
import type { DaemonOptions } from "./daemon-options.ts";
import { closesHeld, tellHeldEnd } from "./held-session.ts";
import { PublishedSocket } from "./listener.ts";
import { DaemonLog, ignoringSystemErrors } from "./log.ts";
import { recordGitContext } from "./launch/record-git.ts";
import { PublishedName } from "./published-name.ts";
import { SocketKeeper } from "./socket-keeper.ts";
import { SessionLabels } from "./session-labels.ts";
import { ShellRuns } from "./runs/shell-runs.ts";
import { SharedTerminal } from "./terminal/shared-terminal.ts";
import { Waits } from "./runs/waits.ts";

const NO_EXIT: ExitStatus = { code: 0, signal: 0 };

/** One session's life: its program, its terminal model, its socket, its clients. */
export class SessionDaemon {
  readonly #options: DaemonOptions;
  readonly #log: DaemonLog;
  readonly #connections: Connections;
  readonly #clients: Clients;
  readonly #name: PublishedName;
  readonly #keeper: SocketKeeper;
  readonly #terminal: SharedTerminal;
  readonly #environment: ClientEnvironment;
  readonly #runs: ShellRuns;
  readonly #switch: ClientSwitch;
  readonly #waits = new Waits();
  readonly #labels = new SessionLabels();
  readonly #attention = new Attention(() => this.#clients.attached().length > 0);
  readonly #createdAt = BigInt(Math.floor(Date.now() / 1000));
  readonly #ended = Promise.withResolvers<void>();
  #isKilling = false;
  /** Its command has ended, and nobody has seen how. */
  #isHeld = false;
  #exit: ExitStatus | undefined;
  #endedAt = 0n;

  /**
   * Takes the name and starts the program.
   * @throws TsmError when the name is taken or the program cannot be started; nothing is left then.
   */
  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#log = new DaemonLog(options.config, options.name);
    this.#connections = new Connections(this.#log, {
      onSign: () => this.#keeper.checkSometimes(),
      onMessage: (client, tag, payload) => this.#handle(client, tag, payload),
      isInputFull: (client) => this.#terminal.isInputFull(client),
      onSlow: () => this.#terminal.checkFlow(),
      onDrain: (client) => this.#terminal.drained(client),
      onGone: (client) => this.#forget(client),
      onFault: (error) => this.reportFault(error),
    });
    const { clients, handlers } = this.#connections;
    this.#clients = clients;
    this.#switch = new ClientSwitch(clients);
    const socket = PublishedSocket.publish(options.config, options.name, handlers);
    this.#name = new PublishedName(options.config, options.name, socket, this.#log);
    this.#keeper = new SocketKeeper(options.config, this.#name, this.#log, () =>
      this.#restoreFiles(),
    );
    this.#environment = new ClientEnvironment(
      options.config,
      () => this.#name.current,
      options.agentLink,
    );
    const runFiles = runFilesOf(options.config, process.pid);
    const sessionName = (): string => this.#name.current;
    const terminalOptions = { ...options, runPath: runFiles.path, sessionName };
    try {
      this.#terminal = new SharedTerminal(terminalOptions, this.#clients, this.#switch, {
        onExit: (exit) => this.#finish(exit),
        onInputRoom: () => this.#connections.resumeInput(),
        onNotification: () => this.#attention.call(),
        onEvent: (event) => this.#log.write(event),
      });
    } catch (error) {
      this.#leave();
      throw error;
    }
    this.#runs = new ShellRuns(this.#terminal, runFiles, {
      onStart: () => this.#waits.noteRun(),
      onEnd: (code, isHeard) => this.#waits.endRun(code, isHeard),
      onRefusal: (reason) => this.#log.write(`ran nothing: ${reason}`),
    });
    this.#writeBuild();
    this.#log.write(
      `started ${options.argv.join(" ")}: pid ${this.#terminal.pid}, ${this.#terminal.driver}`,
    );
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
    this.#terminal.letGo();
    // Nothing of a held session runs any more, and its pids may be others' by now.
    if (this.#exit !== undefined) void this.#farewell(this.#exit);
    else void this.#endProcesses();
  }

  async #endProcesses(): Promise<void> {
    await endProcesses(this.#terminal.pid, () => this.#exit !== undefined);
    await this.#farewell(this.#exit ?? { code: 0, signal: constants.signals.SIGKILL });
  }

  /** Makes sure at once that the session is found under its name. */
  checkSocket(): void {
    this.#keeper.check();
  }

  /** Writes down what must not end the session. */
  reportFault(error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : describeError(error);
    this.#log.write(`survived: ${detail}`);
  }

  #handle(client: Client, tag: Tag, payload: Uint8Array): void {
    switch (tag) {
      case Tag.Input:
        return this.#type(client, payload);
      case Tag.Resize:
        return this.#terminal.resize(client, decodeSize(payload));
      case Tag.PixelSize:
        return this.#terminal.notePixels(client, decodePixelSize(payload));
      case Tag.DumbTerminal:
        client.isDumb = true;
        return;
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
        return client.send(Tag.History, this.#terminal.preview());
      case Tag.Tags:
        client.noteUnderstood(payload);
        return client.send(Tag.Tags, Uint8Array.from(ANSWERED_TAGS));
      case Tag.Integration:
        return client.send(Tag.Integration, encodeIntegration(this.#terminal.integrationState()));
      case Tag.ResetShell:
        return this.#runs.reset(client);
      case Tag.RunCommand:
        return this.#run(client, payload);
      case Tag.Wait:
        return this.#wait(client, decodeWaitRequest(payload).keeps);
      case Tag.Watch:
        return this.#watch(client, payload);
      case Tag.Labels:
        return this.#labels.change(client, payload);
      case Tag.Switch:
        return this.#switch.answer(client, payload);
      case Tag.TerminalMark:
        return this.#terminal.marks.expect(client, payload);
      case Tag.Shown:
        return this.#terminal.shown(client, decodeShown(payload) ?? 0);
      case Tag.Run:
        return client.send(Tag.Ack);
      case Tag.Rename:
        return client.send(Tag.Ack, encodeUtf8(this.#rename(payload)));
      default:
        this.#connections.noteUnknown(tag);
    }
  }

  #type(client: Client, bytes: Uint8Array): void {
    this.#waits.noteTyping();
    if (!this.#isHeld) return this.#terminal.type(client, bytes);
    if (closesHeld(client, bytes)) this.#close();
  }

  #attach(client: Client, payload: Uint8Array, isReadOnly: boolean): void {
    this.#attention.noteLook();
    this.#terminal.attach(client, decodeSize(payload), isReadOnly);
    if (this.#isHeld) tellHeldEnd(client, this.#name.current, this.#exit ?? NO_EXIT);
  }

  #run(client: Client, payload: Uint8Array): void {
    const request = decodeRunRequest(payload);
    if (request === undefined) throw new TsmError("bad-frame", "run command payload too short");
    client.waitsForEnd = true;
    this.#runs.start(client, request);
  }

  #wait(client: Client, keeps: boolean): void {
    this.#waits.add(client, keeps);
    if (this.#isHeld) this.#endWaits();
  }

  /** Its command has ended. @returns whether the session may go: somebody has waited for that. */
  #endWaits(): boolean {
    const isDone = this.#waits.endSession(exitCodeOf(this.#exit ?? NO_EXIT));
    if (isDone) this.#close();
    return isDone;
  }

  #watch(client: Client, payload: Uint8Array): void {
    const request = decodeWatchRequest(payload);
    if (request === undefined) throw new TsmError("bad-frame", "watch payload too short");
    this.#terminal.watch(client, request);
    if (this.#isHeld) this.#tellWatcher(client);
  }

  #forget(client: Client): void {
    if (client.isAttached) {
      this.#terminal.catchUp(); // it has seen what came until now
      this.#attention.noteLook();
    }
    this.#runs.forget(client);
    this.#waits.forget(client);
    if (this.#exit === undefined) return this.#terminal.clientLeft(client);
    const hasBeenSeen = client.isAttached && !client.isReadOnly;
    if (this.#isHeld && hasBeenSeen && this.#clients.attached().length === 0) this.#close();
  }

  /** @returns the error text for the Ack, empty when done. */
  #rename(payload: Uint8Array): string {
    const before = this.#name.current;
    const problem = this.#name.rename(payload);
    if (problem !== "") return problem;
    if (this.#name.current !== before) this.#tellName();
    this.#terminal.askToRedraw();
    return "";
  }

  /** Makes again what has vanished with the socket. */
  #restoreFiles(): void {
    const { config, cwd, nameFile } = this.#options;
    const name = this.#name.current;
    this.#writeBuild();
    this.#environment.write();
    if (nameFile !== undefined) ignoringSystemErrors(() => restoreNameFile(nameFile, name));
    void recordGitContext(config, name, detectGitContext(cwd));
    this.#tellName();
  }

  #tellName(): void {
    const name = encodeUtf8(this.#name.current);
    for (const client of this.#clients.attached()) client.send(Tag.Renamed, name);
  }

  #writeBuild(): void {
    const build = currentBuildInfo();
    if (build === undefined) return;
    ignoringSystemErrors(() =>
      writeDaemonBuildInfo(this.#options.config, this.#name.current, build),
    );
  }

  #info(): Uint8Array {
    return encodeInfo({
      clientsLen: BigInt(this.#clients.attached().length),
      pid: this.#terminal.pid,
      cmd: this.#options.title,
      cwd: this.#options.cwd,
      createdAt: this.#createdAt,
      taskEndedAt: this.#endedAt,
      taskExitCode: this.#exit === undefined ? 0 : exitCodeOf(this.#exit),
    });
  }

  /** The program has ended. */
  #finish(exit: ExitStatus): void {
    this.#exit = exit;
    this.#endedAt = BigInt(Math.floor(Date.now() / 1000));
    this.#log.write(`ended: code ${exit.code}, signal ${exit.signal}`);
    this.#runs.end(exit);
    if (this.#isKilling) return this.#leave();
    if (this.#options.holds !== true) return this.#close();
    if (this.#endWaits()) return;
    this.#isHeld = true;
    this.#attention.call();
    for (const client of this.#clients.all()) this.#tellWatcher(client);
    for (const client of this.#clients.attached()) tellHeldEnd(client, this.#name.current, exit);
  }

  /** Nothing comes any more: whoever follows the output without being attached need not wait. */
  #tellWatcher(client: Client): void {
    if (client.isAttached || !client.follows) return;
    client.send(Tag.Exit, encodeExit(this.#exit ?? NO_EXIT));
    client.closeAfterFlush();
  }

  /** Ends the session, whose command has ended. */
  #close(): void {
    if (this.#name.hasLeft) return;
    this.#isHeld = false;
    this.#leave();
    void this.#farewell(this.#exit ?? NO_EXIT);
  }

  #leave(): void {
    if (this.#name.hasLeft) return;
    this.#keeper.close();
    this.#environment.remove();
    this.#name.leave();
  }

  async #farewell(exit: ExitStatus): Promise<void> {
    this.#runs.end(exit);
    this.#waits.endSession(exitCodeOf(exit));
    this.#terminal.stopFlow();
    this.#terminal.makeUpForAll();
    await sayFarewell(this.#clients, exit);
    this.#terminal.close();
    this.#ended.resolve();
  }
}
