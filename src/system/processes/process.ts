/** One process as the kernel reports it. */
export interface Process {
  pid: number;
  parent: number;
  /** Id of its session in the kernel's sense (setsid); 0 where the system does not report it. */
  sessionId: number;
  group: number;
  /** The process group that receives its terminal's keys; not positive without a terminal. */
  foregroundGroup: number;
  /** Base name of the program; Linux keeps 15 bytes of it, and a process may change it. */
  name: string;
  rssBytes: number;
  /** Seconds since the process started. */
  ageSeconds: number;
}

/** The processes of one moment. Fields that cost a read of their own are read lazily. */
export interface ProcessTable {
  get(pid: number): Process | undefined;
  childrenOf(pid: number): readonly number[];
  /** The command line, its first 4 KiB; empty for another user's process or one that has ended. */
  argv(pid: number): readonly string[];
  /** The working directory, exactly as it is; empty where the system does not report it. */
  cwd(pid: number): string;
}
