/** Our files are private, and accessible to ourselves whatever the user's mask is. */
const PRIVATE_MASK = 0o077;

/** The mask that this process was started with, once it has been changed. */
let original: number | undefined;

/**
 * Makes all files of this process private, and keeps them accessible to itself. Programs have the
 * mask that this process was started with, when they are started inside `withInheritance`.
 */
export function keepFilesPrivate(): void {
  original ??= process.umask(PRIVATE_MASK);
}

/** Runs `work` with the mask that this process was started with. */
export function withOriginalMask<T>(work: () => T): T {
  if (original === undefined) return work();
  const own = process.umask(original);
  try {
    return work();
  } finally {
    process.umask(own);
  }
}
