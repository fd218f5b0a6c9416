import { readdirSync, readlinkSync } from "node:fs";

import { ifAccessible } from "../../base/system-access.ts";
import { loadLibc } from "../../system/system-calls.ts";

const DIRECTORY = process.platform === "linux" ? "/proc/self/fd" : "/dev/fd";

/** The two ends of a PTY that a library keeps open inside this process. */
export interface PtyDescriptors {
  /** One of the master's descriptors. */
  masterFd: number;
  /** All of them: a library may keep one each for reading, writing and control. */
  masterFds: readonly number[];
  slaveFd: number;
}

/** Open descriptors of this process. */
export function openDescriptors(): number[] {
  return readdirSync(DIRECTORY).map(Number);
}

/**
 * Finds the PTY that a session was started on among the descriptors of this process: the library
 * does not report them, and the program may have redirected its own already.
 *
 * @param leader pid of the program, which leads its session from the moment it is started until it
 * ends, so that a short one may be gone by now.
 * @param before the descriptors that were open before the program was started.
 * @returns undefined when the library keeps no such PTY open.
 */
export function findPtyDescriptors(
  leader: number,
  before: readonly number[],
): PtyDescriptors | undefined {
  const libc = loadLibc();
  const open = openDescriptors();
  const masters = open.filter((fd) => libc.slavePath(fd) !== undefined);
  const ofSession = masters.filter((fd) => libc.tcgetsid(fd) === leader);
  const fresh = masters.filter((fd) => !before.includes(fd));
  const masterFds = ofSession.length > 0 ? ofSession : fresh;
  const [masterFd] = masterFds;
  const slavePath = masterFd === undefined ? undefined : libc.slavePath(masterFd);
  const slaveFd = open.find((fd) => slavePath !== undefined && pathOf(fd) === slavePath);
  if (masterFd === undefined || slaveFd === undefined) return undefined;
  return { masterFd, masterFds, slaveFd };
}

function pathOf(fd: number): string | undefined {
  // Closed meanwhile (the listing's own descriptor), or no link on this system.
  return ifAccessible(() => readlinkSync(`${DIRECTORY}/${fd}`));
}
