import { errnoOf } from "./errors.ts";

/**
 * Returns the result of `read`, or undefined when the system refuses: the file is missing, has just
 * vanished, is another user's, or does not exist on this system. Other errors are thrown.
 */
export function ifAccessible<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}
