import { errnoOf } from "./errors.ts";

/** An explanation of an errno for people: what happened, and what to do about it. */
export interface SystemProblem {
  /** Half a sentence with the errno's name, to follow a colon. */
  fact: string;
  /** One sentence. */
  remedy: string;
}

/** Errors caused by the machine or by the user's limits or rights, not by a defect of tsm. */
const PROBLEMS: Readonly<Record<string, readonly [fact: string, remedy: string]>> = {
  EACCES: ["permission is denied", "Check its owner and permissions."],
  EAGAIN: [
    "no more processes can be started",
    "End some, or raise the limit: 'ulimit -u' shows it.",
  ],
  EDQUOT: ["your disk quota is used up", "Free some space."],
  EFBIG: ["the file would get too large", "Raise the limit: 'ulimit -f' shows it."],
  EIO: ["it cannot be read or written", "Check the device."],
  EISDIR: ["it is a directory", "Give a file, or a pipe."],
  EMFILE: ["too many files are open", "Raise the limit: 'ulimit -n' shows it."],
  ENFILE: ["too many files are open on this machine", "Close some, and try again."],
  ENOMEM: ["there is not enough memory", "Free some, or raise the limit: 'ulimit -v' shows it."],
  ENOSPC: [
    "no space is left on the device",
    "Free some space, or inodes: 'df' and 'df -i' show them.",
  ],
  EPERM: ["it is not permitted", "Check its owner and permissions."],
  EROFS: ["the file system is read-only", "Mount it for writing, or use another one."],
};

/** Explains an errno, given its name; undefined when there is no explanation for people. */
export function explainErrno(name: string): SystemProblem | undefined {
  const problem = PROBLEMS[name];
  if (problem === undefined) return undefined;
  const [fact, remedy] = problem;
  return { fact: `${fact} (${name})`, remedy };
}

/** Explains a system error; undefined for other errors and for those without an explanation. */
export function explainSystemError(error: unknown): SystemProblem | undefined {
  const name = errnoOf(error);
  return name === undefined ? undefined : explainErrno(name);
}
