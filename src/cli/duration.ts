import { makeHarmless } from "../base/harmless-text.ts";
import { usageError } from "./arguments.ts";

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** The longest time a timer can wait, about 24 days. */
const MAX_MS = 2 ** 31 - 1;

/**
 * Milliseconds of a duration as people write it: `5`, `0.5`, `90s`, `10m`, `2h`, `250ms`.
 * @param flag the option it belongs to, for the message.
 * @throws TsmError `usage`.
 */
export function parseDurationMs(text: string, flag: string): number {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Number(number) * (UNIT_MS[unit] ?? 1000);
  if (number !== undefined && ms <= MAX_MS) return ms;
  throw usageError(
    `Option ${flag} cannot be '${makeHarmless(text)}': use a time such as 5, 0.5, 90s, 10m or 2h`,
  );
}
