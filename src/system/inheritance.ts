import { withOriginalMask } from "./file-mask.ts";
import { withOriginalLimit } from "./open-file-limit.ts";

/** Runs `start`, which starts a program, with the mask and limit that this process inherited. */
export function withInheritance<T>(start: () => T): T {
  return withOriginalMask(() => withOriginalLimit(start));
}
