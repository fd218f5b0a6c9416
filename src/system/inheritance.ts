import { withOriginalMask } from "./file-mask.ts";
import { withOriginalLimit } from "./open-file-limit.ts";

/** Does something that starts a program, which inherits what this process has inherited. */
export function withInheritance<T>(start: () => T): T {
  return withOriginalMask(() => withOriginalLimit(start));
}
