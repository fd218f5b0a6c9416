import { TsmError } from "../base/errors.ts";
import { decodeVariables } from "../protocol/messages.ts";
import { quoteName } from "./names.ts";

/** Key-value pairs that users attach to a session: `env=ci`, `role=db`. */
export type Labels = Readonly<Record<string, string>>;

const MAX_LABELS = 64;
const MAX_KEY_LENGTH = 64;
const MAX_VALUE_BYTES = 1024;
const KEY = /^[A-Za-z0-9][A-Za-z0-9_./-]*$/;
const EXIT_USAGE = 2;

/**
 * Applies changes to labels and sorts them by key; an empty value removes a label.
 * @throws TsmError `usage` for an invalid key or value, or too many labels.
 */
export function changeLabels(labels: Labels, changes: Labels): Labels {
  for (const [key, value] of Object.entries(changes)) checkLabel(key, value);
  const entries = Object.entries({ ...labels, ...changes }).filter(([, value]) => value !== "");
  if (entries.length > MAX_LABELS) {
    throw new TsmError("usage", `A session can have ${MAX_LABELS} labels at most.`, {
      remedy: "Remove one with 'tsm label NAME KEY='.",
      exitCode: EXIT_USAGE,
    });
  }
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Decodes the labels in a daemon's answer; drops invalid ones, which another build may send. */
export function decodeLabels(payload: Uint8Array): Labels {
  const entries = Object.entries(decodeVariables(payload) ?? {});
  return Object.fromEntries(entries.filter(([key, value]) => isKey(key) && isValue(value)));
}

/** @throws TsmError `usage` for an invalid key or value; an empty value is valid. */
export function checkLabel(key: string, value: string): void {
  if (!isKey(key)) {
    throw new TsmError("usage", `${quoteName(key)} cannot be the key of a label.`, {
      remedy: `Begin with a letter or digit, then letters, digits and _ . / -, ${MAX_KEY_LENGTH} at most.`,
      exitCode: EXIT_USAGE,
    });
  }
  if (!isValue(value)) {
    throw new TsmError("usage", `The value of label ${quoteName(key)} cannot be one.`, {
      remedy: `Use one line of ${MAX_VALUE_BYTES} bytes at most.`,
      exitCode: EXIT_USAGE,
    });
  }
}

function isKey(key: string): boolean {
  return key.length <= MAX_KEY_LENGTH && KEY.test(key);
}

function isValue(value: string): boolean {
  return Buffer.byteLength(value) <= MAX_VALUE_BYTES && !/\p{Cc}/u.test(value);
}
