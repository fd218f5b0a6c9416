import type { ShellState } from "../terminal/shell-state.ts";

/** Delay between two polls: short at first, then in proportion to the time that has passed. */
const MIN_DELAY_MS = 5;
const MAX_DELAY_MS = 500;
const DELAY_PER_ELAPSED = 1 / 8;

/** A shell seen at its prompt for this long without a break stays there. */
export const SETTLED_MS = 100;
/** A shell needs no longer for anything that runs no program. */
export const SOON_MS = 1000;
/** A shell that reads its user's start-up files, or runs its user's hooks, may need this long. */
export const PATIENCE_MS = 10_000;

/** What a shell is polled for. */
export interface ShellWait<State extends ShellState> {
  /** Whether the shell is in the state that is waited for. */
  isThere(state: ShellState): state is State;
  /** How long it has to stay in that state. */
  settleMs: number;
  /** Called once, when it has. */
  onThere(state: State): void;
  /** Called each time it is in another state. @returns whether to continue. */
  onElsewhere(state: ShellState, elapsedMs: number): boolean;
}

/** Polls where a shell is, for one wait at a time: the only schedule of all run commands. */
export class ShellPoll {
  readonly #shell: { state(): ShellState };
  #timer: Timer | undefined;

  constructor(shell: { state(): ShellState }) {
    this.#shell = shell;
  }

  /** Begins a wait, in place of the one before. Without a delay the first poll is made at once. */
  start<State extends ShellState>(wait: ShellWait<State>, delayMs = 0): void {
    this.stop();
    const startMs = performance.now();
    let sinceMs: number | undefined;
    const poll = (): void => {
      const state = this.#shell.state();
      const nowMs = performance.now();
      const growingMs = MIN_DELAY_MS + (nowMs - startMs) * DELAY_PER_ELAPSED;
      let nextMs = Math.min(MAX_DELAY_MS, growingMs);
      if (wait.isThere(state)) {
        sinceMs ??= nowMs;
        if (nowMs - sinceMs >= wait.settleMs) return wait.onThere(state);
        nextMs = Math.min(nextMs, wait.settleMs);
      } else {
        sinceMs = undefined;
        if (!wait.onElsewhere(state, nowMs - startMs)) return;
      }
      this.#timer = setTimeout(poll, nextMs);
    };
    if (delayMs === 0) poll();
    else this.#timer = setTimeout(poll, delayMs);
  }

  /** Ends the wait: nothing of it is called any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
