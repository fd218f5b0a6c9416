import { constants } from "node:os";

import { describeError } from "../base/errors.ts";
import type { SessionFacts } from "../protocol/info.ts";
import { exitCodeOf, type ExitStatus } from "../protocol/messages.ts";
import { Tag } from "../protocol/tags.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { runFilesOf } from "../sessions/files/run-files.ts";
import { validateSessionName, type SessionName } from "../sessions/names.ts";
import { Attention } from "./attention.ts";
import { ClientSwitch } from "./clients/client-switch.ts";
import { ClientEnvironment } from "./client-environment.ts";
import type { ClientConnection } from "./clients/client-connection.ts";
import type { Clients } from "./clients/clients.ts";
import { Connections } from "./clients/connections.ts";
import { sayFarewell } from "./clients/farewell.ts";
import { endProcesses } from "./end-processes.ts";
import type { DaemonOptions } from "./daemon-options.ts";
import { HeldSession } from "./held-session.ts";
import { PublishedSocket } from "./listener.ts";
import { DaemonLog } from "./log.ts";
import { PublishedName } from "./published-name.ts";
import { SessionFiles } from "./session-files.ts";
import { handleMessage, type MessageTarget } from "./session-messages.ts";
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
  readonly #files: SessionFiles;
  readonly #target: MessageTarget;
  readonly #waits = new Waits();
  readonly #attention = new Attention(() => this.#clients.attached().length > 0);
  readonly #createdAt = BigInt(Math.floor(Date.now() / 1000));
  readonly #ended = Promise.withResolvers<void>();
  #isKilling = false;
  /** While its command has ended, and nobody has seen how. */
  #held: HeldSession | undefined;
  #exit: ExitStatus | undefined;
  #endedAt = 0n;

  /**
   * Claims the name and starts the program.
   * @throws TsmError when the name is invalid or taken, or the program cannot be started; nothing is
   * left then.
   */
  constructor(options: DaemonOptions) {
    const name = validateSessionName(options.name, options.config);
    this.#options = options;
    this.#log = new DaemonLog(options.config, name);
    this.#connections = new Connections(this.#log, {
      onSign: () => this.#keeper.checkSometimes(),
      onMessage: (client, tag, payload) => handleMessage(this.#target, client, tag, payload),
      isInputFull: (client) => this.#terminal.isInputFull(client),
      onSlow: () => this.#terminal.checkFlow(),
      onDrain: (client) => this.#terminal.drained(client),
      onGone: (client) => this.#forget(client),
      onFault: (error) => this.reportFault(error),
    });
    const { clients, handlers } = this.#connections;
    this.#clients = clients;
    const clientSwitch = new ClientSwitch(clients);
    const socket = PublishedSocket.publish(options.config, name, handlers);
    this.#name = new PublishedName(options.config, name, socket, this.#log);
    const sessionName = (): SessionName => this.#name.current;
    this.#environment = new ClientEnvironment(options.config, sessionName, options.agentLink);
    this.#files = new SessionFiles(options, sessionName, this.#environment);
    this.#keeper = new SocketKeeper(options.config, this.#name, this.#log, () => {
      this.#files.restore();
      this.#reportName();
    });
    const runFiles = runFilesOf(options.config, process.pid);
    const terminalOptions = { ...options, runPath: runFiles.path, sessionName };
    try {
      this.#terminal = new SharedTerminal(terminalOptions, clients, clientSwitch, {
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
    this.#target = this.#messageTarget(clientSwitch);
    this.#files.writeBuild();
    this.#log.write(
      `started ${options.argv.join(" ")}: pid ${this.#terminal.pid}, ${this.#terminal.driver}`,
    );
  }

  #messageTarget(clientSwitch: ClientSwitch): MessageTarget {
    return {
      clients: this.#clients,
      terminal: this.#terminal,
      environment: this.#environment,
      runs: this.#runs,
      clientSwitch,
      waits: this.#waits,
      labels: new SessionLabels(),
      attention: this.#attention,
      held: () => this.#held,
      facts: () => this.#facts(),
      rename: (payload) => this.#rename(payload),
      kill: (reason) => this.kill(reason),
    };
  }

  /** Resolves when the program has ended and every client has received everything meant for it. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Ends the session: the name first, so that it can be used again at once, then the processes. */
  kill(reason: string): void {
    if (this.#isKilling) return;
    this.#isKilling = true;
    this.#log.write(`ending: ${reason}`);
    this.#leave();
    this.#terminal.releaseProgram();
    // Nothing of a held session runs any more, and its pids may be others' by now.
    if (this.#exit !== undefined) void this.#farewell(this.#exit);
    else void this.#endProcesses();
  }

  async #endProcesses(): Promise<void> {
    await endProcesses(this.#terminal.pid, () => this.#exit !== undefined);
    await this.#farewell(this.#exit ?? { code: 0, signal: constants.signals.SIGKILL });
  }

  /** Checks at once that the session is found under its name. */
  checkSocket(): void {
    this.#keeper.check();
  }

  /** Logs a fault that must not end the session. */
  reportFault(error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : describeError(error);
    this.#log.write(`survived: ${detail}`);
  }

  #forget(client: ClientConnection): void {
    if (client.isAttached) {
      this.#terminal.catchUp(); // it has seen all output up to now
      this.#attention.noteLook();
    }
    this.#runs.forget(client);
    this.#waits.forget(client);
    if (this.#exit === undefined) this.#terminal.clientLeft(client);
    else this.#held?.clientLeft(client);
  }

  /** @returns the error text for the Ack, empty when done. */
  #rename(payload: Uint8Array): string {
    const before = this.#name.current;
    const problem = this.#name.rename(payload);
    if (problem !== "") return problem;
    if (this.#name.current !== before) this.#reportName();
    this.#terminal.askToRedraw();
    return "";
  }

  #reportName(): void {
    const name = encodeUtf8(this.#name.current);
    for (const client of this.#clients.attached()) client.send(Tag.Renamed, name);
  }

  #facts(): SessionFacts {
    return {
      clientsLen: BigInt(this.#clients.attached().length),
      pid: this.#terminal.pid,
      cmd: this.#options.title,
      cwd: this.#options.cwd,
      createdAt: this.#createdAt,
      taskEndedAt: this.#endedAt,
      taskExitCode: this.#exit === undefined ? 0 : exitCodeOf(this.#exit),
    };
  }

  /** The program has ended. */
  #finish(exit: ExitStatus): void {
    this.#exit = exit;
    this.#endedAt = BigInt(Math.floor(Date.now() / 1000));
    this.#log.write(`ended: code ${exit.code}, signal ${exit.signal}`);
    this.#runs.end(exit);
    if (this.#isKilling) return this.#leave();
    if (this.#options.holds !== true) return this.#close();
    const held = new HeldSession(exit, {
      clients: this.#clients,
      waits: this.#waits,
      sessionName: () => this.#name.current,
      onSeen: () => this.#close(),
    });
    if (held.endWaits()) return;
    this.#held = held;
    this.#attention.call();
    held.reportEnd();
  }

  /** Ends the session, whose command has ended. */
  #close(): void {
    if (this.#name.hasLeft) return;
    this.#held = undefined;
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
