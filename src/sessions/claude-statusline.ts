import type { Config } from "../config/paths.ts";
import { artifactPath, writeArtifact } from "./artifacts.ts";

/** Path of the file that keeps what Claude Code last said in a session. */
export function claudeStatuslinePath(config: Config, session: string): string {
  return artifactPath(config, "claude-statusline", session);
}

/** Keeps Claude Code's status JSON for a session, as it came. @throws a system error. */
export function writeClaudeStatusline(config: Config, session: string, json: string): void {
  writeArtifact(claudeStatuslinePath(config, session), json);
}
