import type { Effect, PickerEvent } from "../model/event.ts";
import type { PickerSource } from "../model/picker-source.ts";
import { failureLine } from "./failure-line.ts";

/** Requests made before the picker ended may take this long. */
const LAST_WORK_MS = 2000;

type SessionEffect = Extract<Effect, { kind: "kill" | "detach" | "rename" | "create" }>;

/** Carries out the effects that change sessions; each result comes back as an event. */
export class SessionWork {
  readonly #source: PickerSource;
  readonly #onResult: (event: PickerEvent) => void;
  readonly #underWay = new Set<Promise<void>>();

  constructor(source: PickerSource, onResult: (event: PickerEvent) => void) {
    this.#source = source;
    this.#onResult = onResult;
  }

  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  begin(effect: SessionEffect): void {
    const source = this.#source;
    switch (effect.kind) {
      case "kill":
        for (const name of effect.names) {
          this.#follow(source.kill(name), { type: "killed", name });
        }
        return;
      case "detach":
        for (const name of effect.names) {
          this.#follow(source.detach(name), { type: "detached", name });
        }
        return;
      case "rename": {
        const { from, to } = effect;
        return this.#follow(source.rename(from, to), { type: "renamed", from, to });
      }
      case "create": {
        const { name, dir } = effect;
        return this.#follow(source.create(name, dir), { type: "created", name });
      }
    }
  }

  /** Resolves when all requests have ended, or after two seconds. */
  async finish(): Promise<void> {
    await Promise.race([Promise.allSettled(this.#underWay), Bun.sleep(LAST_WORK_MS)]);
  }

  #follow(request: Promise<void>, done: PickerEvent): void {
    const followed = this.#report(request, done).finally(() => this.#underWay.delete(followed));
    this.#underWay.add(followed);
  }

  async #report(request: Promise<void>, done: PickerEvent): Promise<void> {
    let event = done;
    try {
      await request;
    } catch (error) {
      event = { type: "failed", message: failureLine(error) };
    }
    this.#onResult(event);
  }
}
