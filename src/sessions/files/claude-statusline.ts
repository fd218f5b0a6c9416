import type { Config } from "../../config/paths.ts";
import { placeOf } from "./places.ts";
import type { FileContent } from "../../system/private-directory.ts";
import { artifactPath, readArtifact, writeArtifact } from "./artifacts.ts";

/** Path of the file that holds the last status JSON from Claude Code in a session. */
export function claudeStatuslinePath(config: Config, session: string): string {
  return artifactPath(config, "claude-statusline", session);
}

/** Stores Claude Code's status JSON for a session, unchanged. @throws TsmError; a system error. */
export function writeClaudeStatusline(config: Config, session: string, json: string): void {
  writeArtifact(placeOf(config, session), "claude-statusline", session, json);
}

/** The last status JSON from Claude Code in a session; undefined when none is stored. */
export function readClaudeStatusline(config: Config, session: string): FileContent | undefined {
  return readArtifact(config, "claude-statusline", session);
}
