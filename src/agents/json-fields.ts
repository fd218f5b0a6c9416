import { asObject, type JsonObject } from "../base/json-object.ts";

/** The object in a field, or an empty object. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  return asObject(object[key]) ?? {};
}

export function listAt(object: JsonObject, key: string): readonly unknown[] {
  const value = object[key];
  return Array.isArray(value) ? value : [];
}

export function textAt(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

/** A count in a field, as a whole number; undefined when it is negative or not a number. */
export function countAt(object: JsonObject, key: string): number | undefined {
  const value = amountAt(object, key);
  return value === undefined ? undefined : Math.trunc(value);
}

/** An amount in a field; undefined when it is negative, too large or not a number. */
export function amountAt(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  const isAmount = typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
  return isAmount ? value : undefined;
}

/**
 * A time in a field (RFC 3339, Unix seconds or Unix milliseconds), as Unix seconds; 0 when the
 * field is not a time.
 */
export function momentAt(object: JsonObject, key: string): number {
  const value = object[key];
  const number = typeof value === "string" ? Date.parse(value) : amountAt(object, key);
  if (number === undefined || !Number.isFinite(number) || number < 0) return 0;
  return Math.trunc(number > MAX_UNIX_SECONDS ? number / 1000 : number);
}

/** A time in the year 5138: any larger number is in milliseconds. */
const MAX_UNIX_SECONDS = 1e11;
