import { encodeUtf8 } from "../../protocol/utf8.ts";
import type { Pty } from "../../pty/pty.ts";
import { isAlive } from "../../system/processes/session-processes.ts";
import type { TerminalBackend } from "../../terminal/backend.ts";
import { PASTE_END } from "../../input/sequence-state.ts";
import { FOCUS_REPORTS, type ReplyPolicy } from "../../terminal/stream/reply-filter.ts";
import type { ClientConnection } from "../clients/client-connection.ts";
import { FocusReports } from "./focus-reports.ts";
import type { ModelFeed } from "./model-feed.ts";
import type { ShellMonitor } from "./shell-monitor.ts";
import { TerminalQuestions } from "./terminal-questions.ts";
import { TypistQueues } from "./typist-queues.ts";

/** With so many answers waiting for the program, it reads none: it gets no more of them. */
const MAX_ANSWER_BYTES = 64 * 1024;

export interface InputSurroundings {
  readonly shell: ShellMonitor;
  /** The client that was active last. */
  deciding(): ClientConnection | undefined;
  /** Whether a client's terminal is shown what the program asks, and can answer. */
  isShownQuestions(client: ClientConnection): boolean;
  /** Whether a run command intercepts the program's output. */
  isIntercepted(): boolean;
  /** An attached client has typed. */
  onTyped(client: ClientConnection): void;
}

/**
 * All that goes to the program: what is typed, its terminal's answers, and whether its user is there.
 */
export class TerminalInput {
  readonly #pty: Pty;
  readonly #around: InputSurroundings;
  readonly #typed: TypistQueues<object>;
  /** Queue key shared by all senders that are not attached: their input keeps its order of arrival. */
  readonly #senders = {};
  /** Those who answer what the program asks: answers keep their order. */
  readonly #answers = {};
  readonly #focus: FocusReports;
  readonly questions: TerminalQuestions;

  constructor(pty: Pty, backend: TerminalBackend, model: ModelFeed, around: InputSurroundings) {
    this.#pty = pty;
    this.#around = around;
    this.#typed = new TypistQueues(pty);
    this.questions = new TerminalQuestions({
      deciding: () => this.#asked(),
      foregroundGroup: () => pty.foregroundGroup(),
      isGone: (asker) => this.#isGone(asker),
      dropsAnswers: () => this.#dropsReplies(),
      catchUp: () => model.catchUp(),
      answer: (bytes) => this.#answer(bytes),
    });
    this.#focus = new FocusReports({
      asked: () => {
        model.catchUp();
        return backend.focusRequest();
      },
      hasUser: () => around.deciding() !== undefined,
      report: (text) => this.#typed.push(this.#senders, encodeUtf8(text)),
    });
  }

  /** Accepts what a connection sends as input. */
  type(client: ClientConnection, bytes: Uint8Array): void {
    if (client.isReadOnly) return;
    this.#around.shell.typing.note(bytes);
    if (!client.isAttached) return this.#typed.push(this.#senders, bytes);
    // Every client's terminal answers what a program asks; only one answer may reach it.
    const policy: ReplyPolicy = {
      takes: (reply, answer, hasPassed) => this.questions.take(client, reply, answer, hasPassed),
      takesFocus: (focus) => {
        // Its user is there, also when the program knows that.
        if (focus === "in") this.#around.onTyped(client);
        return this.#focus.isKnown(focus);
      },
      holdsKeys: client !== this.#around.deciding(),
    };
    client.filterReplies(bytes, policy, (typed) => this.#write(client, typed));
  }

  /** Whether the program has to read before this client may type more. */
  isFull(client: ClientConnection): boolean {
    return this.#typed.isFull(client.isAttached ? client : this.#senders);
  }

  /** Types what the program has room for. */
  feed(): void {
    this.#typed.feed();
  }

  /** A client has come or gone. */
  noteUser(): void {
    this.#focus.update();
  }

  /** A connection is gone. To the program a paste without its end would go on with all that others type. */
  forget(client: ClientConnection): void {
    this.questions.forget(client);
    if (client.isInPaste && this.#around.shell.bracketsPastes())
      this.#typed.push(client, PASTE_END);
  }

  close(): void {
    this.questions.close();
    this.#focus.close();
  }

  /** Writes what an attached client has typed, which makes it the one that decides. */
  #write(client: ClientConnection, typed: Uint8Array): void {
    if (typed.byteLength === 0) return;
    if (!isFocusLost(typed)) this.#around.onTyped(client);
    this.#typed.push(client, typed);
  }

  #asked(): ClientConnection | undefined {
    const client = this.#around.deciding();
    return client !== undefined && this.#around.isShownQuestions(client) ? client : undefined;
  }

  #answer(bytes: Uint8Array): void {
    if (this.#typed.waitingBytes(this.#answers) > MAX_ANSWER_BYTES) return;
    this.#typed.push(this.#answers, bytes);
  }

  /**
   * Whether the program that asked has ended, and what it was to be told would be typed at the prompt
   * of its shell, or be echoed.
   */
  #isGone(asker: number | undefined): boolean {
    if (asker === undefined || asker === this.#pty.foregroundGroup()) return false;
    const { shell } = this.#around;
    return !isAlive(-asker) && (shell.isPrompting || this.#pty.lineModes()?.hasEcho === true);
  }

  /**
   * Whether no terminal's answer may reach the program: a run command's output may happen to look
   * like a question, and an answer would come out in it, or stand at the next prompt. A program that
   * does ask has the terminal to itself then, and has turned the echo off.
   */
  #dropsReplies(): boolean {
    if (!this.#around.isIntercepted()) return false;
    const hasEcho = this.#pty.lineModes()?.hasEcho !== false;
    return hasEcho || this.#pty.foregroundGroup() === this.#pty.pid;
  }
}

/** A terminal reports that it has lost the focus, but nobody has typed. */
function isFocusLost(bytes: Uint8Array): boolean {
  const { out } = FOCUS_REPORTS;
  return bytes.byteLength === out.length && Buffer.from(bytes).toString() === out;
}
