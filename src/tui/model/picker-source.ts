import type { ListedSession } from "./listed-session.ts";

/**
 * Where sessions come from and what acts on them. Errors are shown on the log line, so their
 * messages are written for users.
 */
export interface PickerSource {
  list(): Promise<ListedSession[]>;
  /** The session's visible screen as styled terminal text; undefined when there is none. */
  preview(name: string): Promise<Uint8Array | undefined>;
  kill(name: string): Promise<void>;
  detach(name: string): Promise<void>;
  rename(oldName: string, newName: string): Promise<void>;
  /** @param dir an absolute path. */
  create(name: string, dir: string): Promise<void>;
}
