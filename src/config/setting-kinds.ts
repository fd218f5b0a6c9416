import { parseControlKey, sameKeyAs } from "../input/key-names.ts";

/** The kind of value that a setting accepts. */
export interface Kind<T> {
  /** Completes the sentence "… must be": `true or false`. */
  readonly expected: string;
  /** Returns the value in its canonical spelling, or undefined when it is not acceptable. */
  parse(value: unknown): T | undefined;
}

export const BOOLEAN: Kind<boolean> = {
  expected: "true or false",
  parse: (value) => (typeof value === "boolean" ? value : undefined),
};

export function oneOf<T extends string>(choices: readonly T[]): Kind<T> {
  return {
    expected: choices.map((choice) => `"${choice}"`).join(" or "),
    parse: (value) => choices.find((choice) => choice === value),
  };
}

/** A whole number from `min` to `max`, both included. */
export function integerBetween(min: number, max: number): Kind<number> {
  return {
    expected: `a whole number from ${min} to ${max}`,
    parse: (value) =>
      typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
        ? value
        : undefined,
  };
}

/** A key written `ctrl+X`, or no key, which becomes the value of `none`. */
export function controlKeyOr<T extends "" | "none">(none: T): Kind<string> {
  return {
    expected: `a key such as "ctrl+g", or "${none}" for none`,
    parse: (value) => {
      if (value === "" || value === "none") return none;
      return typeof value === "string" ? parseControlKey(value) : undefined;
    },
  };
}

/** Explains in a sentence why a key that looks valid is refused; undefined for other values. */
export function indistinguishableKey(value: unknown): string | undefined {
  const same = typeof value === "string" ? sameKeyAs(value) : undefined;
  return same === undefined
    ? undefined
    : `Terminals send the same byte for ${String(value)} and ${same}; choose another key.`;
}
