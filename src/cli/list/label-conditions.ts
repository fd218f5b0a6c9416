import { checkLabel, type Labels } from "../../sessions/labels.ts";
import { usageError } from "../arguments.ts";

/** What a label has to be. */
interface Condition {
  key: string;
  /** Empty for a label that must be missing; undefined when any value does. */
  value: string | undefined;
}

/**
 * The conditions in a text like `env=ci,role`, all of which have to hold.
 * @returns a test of a session's labels.
 * @throws TsmError `usage` when it cannot be understood.
 */
export function parseConditions(text: string): (labels: Labels) => boolean {
  const conditions = text.split(",").map(parseCondition);
  return (labels) => conditions.every((condition) => holds(condition, labels));
}

function parseCondition(text: string): Condition {
  const at = text.indexOf("=");
  const key = at === -1 ? text : text.slice(0, at);
  const value = at === -1 ? undefined : text.slice(at + 1);
  if (key === "") {
    throw usageError(
      "A --where condition has no key.",
      "Write KEY=VALUE, KEY for any value, or KEY= for sessions without that label, separated by commas.",
    );
  }
  checkLabel(key, value ?? "");
  return { key, value };
}

function holds({ key, value }: Condition, labels: Labels): boolean {
  const actual = Object.hasOwn(labels, key) ? (labels[key] ?? "") : "";
  return value === undefined ? actual !== "" : actual === value;
}
