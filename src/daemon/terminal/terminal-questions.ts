import {
  asksForAbility,
  isQuestion,
  QUESTION,
  readReply,
  type Reply,
} from "../../terminal/stream/replies.ts";
import type { ClientConnection } from "../clients/client-connection.ts";

/** A client's terminal may take so long; then the model answers. */
const ANSWER_MS = 400;
/** A client whose terminal has shown nothing for so long, although output waits, is not asked. */
const ASLEEP_MS = 300;
/**
 * An answer that has not come after so long is not waited for; a terminal answers at once, or never.
 */
const FORGET_MS = 5000;
/** The same for one that a key looks like. */
const FORGET_KEY_MS = 10_000;
/** Questions without a terminal's answer; of more, the oldest are answered and forgotten. */
const MAX_QUESTIONS = 1024;

const EMPTY = new Uint8Array(0);

interface Question {
  name: string;
  /** Whose terminal it has been shown to. */
  client: ClientConnection;
  /** What the model would say; empty when it does not know. */
  modelAnswer: Uint8Array;
  /** The process group that had the terminal; undefined when that is not known. */
  asker: number | undefined;
  askedMs: number;
  /** Nobody has answered yet; else the terminal's answer comes too late. */
  isOpen: boolean;
}

export interface QuestionHooks {
  /** The client whose terminal answers; undefined when there is none. */
  deciding(): ClientConnection | undefined;
  /** The process group that has the terminal. */
  foregroundGroup(): number | undefined;
  /** Whether the asking program is gone, so that an answer would be typed into another one. */
  isGone(asker: number | undefined): boolean;
  /** Whether no answer at all may reach the program now. */
  dropsAnswers(): boolean;
  /** Lets the model read all output up to now: it may hold a question. */
  catchUp(): void;
  /** Sends an answer to the program. */
  answer(bytes: Uint8Array): void;
}

/**
 * The questions that programs ask their terminal. Each is answered once, in the order of asking: by
 * the terminal of the client that decides, if that does so in time, else by the model, which has read
 * the question too. Later answers of the terminal are dropped.
 */
export class TerminalQuestions {
  readonly #hooks: QuestionHooks;
  #questions: Question[] = [];
  #timer: Timer | undefined;

  constructor(hooks: QuestionHooks) {
    this.#hooks = hooks;
  }

  /** Accepts the model's answer to a question that it has just read. */
  takeModelReply(bytes: Uint8Array): void {
    const [name] = readReply(Buffer.from(bytes).toString("latin1"))?.questions ?? [];
    // The session's size is reported by the model alone, which knows it first.
    if (name === undefined || name === QUESTION.sizeReport) this.#send(bytes);
    else this.ask(name, bytes);
  }

  /** A question has been asked. @param modelAnswer empty when the model has none. */
  ask(name: string, modelAnswer: Uint8Array = EMPTY): void {
    const { deciding, dropsAnswers, foregroundGroup } = this.#hooks;
    if (dropsAnswers()) return;
    const client = deciding();
    // It is not shown to one that is stalled.
    if (client === undefined || client.isStalled) return this.#send(modelAnswer);
    this.#forgetOld();
    const question = { name, client, modelAnswer, asker: foregroundGroup(), isOpen: true };
    this.#questions.push({ ...question, askedMs: performance.now() });
    if (client.output.idleMs() > ASLEEP_MS) this.#answerAll();
    else this.#timer ??= setTimeout(() => this.#answerOverdue(), ANSWER_MS);
  }

  /**
   * Accepts an answer of a client's terminal.
   * @param hasPassed it has been typed already.
   * @returns whether it must not be typed.
   */
  take(client: ClientConnection, reply: Reply, bytes: Uint8Array, hasPassed: boolean): boolean {
    const answered = this.#find(client, reply);
    const [first] = answered;
    if (first === undefined) return !reply.mayBeKey && !this.#mayReport(client, reply);
    const isInTime = answered.some(({ isOpen }) => isOpen);
    for (const question of answered) question.isOpen = false;
    this.#settleBefore(first);
    const end = this.#questions.indexOf(first);
    this.#questions = this.#questions.filter(
      (it, at) => !answered.includes(it) && (at > end || it.client !== client),
    );
    if (isInTime && !hasPassed) this.#reach(first, bytes);
    return true;
  }

  /** A client is gone, or is shown something else from now on: its terminal answers no more. */
  forget(client: ClientConnection): void {
    for (const question of this.#questions) {
      if (question.client === client) this.#answerByModel(question);
    }
    this.#questions = this.#questions.filter((question) => question.client !== client);
  }

  /** For the end of the session. */
  close(): void {
    clearTimeout(this.#timer);
    this.#questions = [];
  }

  /** The first questions asked of the client's terminal that this answers, in the order of asking. */
  #find(client: ClientConnection, reply: Reply): Question[] {
    if (reply.questions.length === 0) return [];
    this.#forgetOld();
    const known = this.#firstOf(client, reply);
    if (known.length > 0 || reply.mayBeKey) return known;
    this.#hooks.catchUp(); // the terminal may be quicker than the model
    return this.#firstOf(client, reply);
  }

  #firstOf(client: ClientConnection, reply: Reply): Question[] {
    const found = reply.questions.map((name) =>
      this.#questions.find((it) => it.client === client && isQuestion(it.name, name)),
    );
    return this.#questions.filter((question) => found.includes(question));
  }

  /** Terminals report changes by themselves when a program wants that; only one may. */
  #mayReport(client: ClientConnection, reply: Reply): boolean {
    const isReport = reply.questions.every((name) => REPORTS.includes(name));
    return isReport && client === this.#hooks.deciding() && !this.#hooks.dropsAnswers();
  }

  /**
   * Earlier questions are answered first: a terminal answers in order, so no answer to them comes
   * now.
   */
  #settleBefore(question: Question): void {
    for (const other of this.#questions) {
      if (other === question) return;
      if (!other.isOpen) continue;
      if (other.client !== question.client && other.name !== question.name) continue;
      const isSilent = other.client === question.client && asksForAbility(other.name);
      if (isSilent) other.isOpen = false;
      else this.#answerByModel(other);
    }
  }

  #answerOverdue(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const question of this.#questions) {
      if (!question.isOpen) continue;
      const leftMs = question.askedMs + ANSWER_MS - nowMs;
      if (leftMs <= 1) this.#answerByModel(question);
      else nextMs = Math.min(nextMs, leftMs);
    }
    if (nextMs !== Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => this.#answerOverdue(), nextMs);
    }
  }

  #answerAll(): void {
    for (const question of this.#questions) this.#answerByModel(question);
  }

  #answerByModel(question: Question): void {
    if (!question.isOpen) return;
    question.isOpen = false;
    this.#reach(question, question.modelAnswer);
  }

  /** Sends an answer to the asking program, if it is still there. */
  #reach(question: Question, bytes: Uint8Array): void {
    if (!this.#hooks.isGone(question.asker)) this.#send(bytes);
  }

  #send(bytes: Uint8Array): void {
    if (bytes.byteLength > 0 && !this.#hooks.dropsAnswers()) this.#hooks.answer(bytes);
  }

  /** While a terminal has not shown everything it was sent, its answers may still come. */
  #forgetOld(): void {
    const nowMs = performance.now();
    const isOld = ({ isOpen, askedMs, client, name }: Question): boolean => {
      if (isOpen) return false;
      if (name === CURSOR) return nowMs - askedMs > FORGET_KEY_MS;
      return nowMs - askedMs > FORGET_MS && client.output.idleMs() < ASLEEP_MS;
    };
    if (this.#questions.length > 0) this.#questions = this.#questions.filter((it) => !isOld(it));
    const surplus = this.#questions.length - MAX_QUESTIONS + 1;
    if (surplus <= 0) return;
    for (const question of this.#questions.splice(0, surplus)) this.#answerByModel(question);
  }
}

/** What a key may look like. */
const CURSOR = "cursor";
/** A change of the colour scheme is reported as it is answered (mode 2031). */
const REPORTS = ["status 996"];
