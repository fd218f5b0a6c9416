/** Files of ours are for nobody else, and for us whatever the user's mask says. */
const PRIVATE_MASK = 0o077;

/** What this process was started with, once that has been changed. */
let original: number | undefined;

/**
 * Makes all files of this process private, and keeps them accessible to itself. Programs have the
 * mask that this process was started with, when they are started inside `withInheritance`.
 */
export function keepFilesPrivate(): void {
  original ??= process.umask(PRIVATE_MASK);
}

/** Does something with the mask that this process was started with. */
export function withOriginalMask<T>(work: () => T): T {
  if (original === undefined) return work();
  const own = process.umask(original);
  try {
    return work();
  } finally {
    process.umask(own);
  }
}
