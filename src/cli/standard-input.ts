import { errnoOf, TsmError } from "../base/errors.ts";
import { explainSystemError } from "../base/system-errors.ts";
import { concatBytes } from "../protocol/concat-bytes.ts";
import { usageError } from "./arguments.ts";

interface InputLimit {
  /** More is not read: a device such as /dev/zero has no end. */
  maxBytes: number;
  /** Says that there is more, and what to do then. */
  tooLong: readonly [fact: string, remedy: string];
}

/**
 * All of standard input.
 * @throws TsmError `usage` when it is too long, `io` when it cannot be read.
 */
export async function readStandardInput({ maxBytes, tooLong }: InputLimit): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  try {
    for await (const part of Bun.stdin.stream()) {
      parts.push(part);
      byteLength += part.byteLength;
      if (byteLength > maxBytes) throw usageError(...tooLong);
    }
  } catch (error) {
    throw explainInputError(error);
  }
  return concatBytes(parts);
}

function explainInputError(error: unknown): unknown {
  const errno = errnoOf(error);
  if (error instanceof TsmError || errno === undefined) return error;
  const { fact, remedy } = explainSystemError(error) ?? { fact: errno, remedy: undefined };
  return new TsmError("io", `Cannot read standard input: ${fact}.`, {
    cause: error,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
