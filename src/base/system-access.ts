import { errnoOf } from "./errors.ts";

/**
 * What `read` returns, or undefined when the system refuses: the file is missing, has just vanished,
 * is another user's, or this system has none like it. Anything but a system error is thrown.
 */
export function ifAccessible<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}
