import { randomUUIDv7 } from "bun";
import { basename } from "node:path";

import { variable, type Environment } from "../config/environment.ts";
import type { Config } from "../config/paths.ts";
import { makeLogDir, openLogDir } from "../sessions/files/directory.ts";
import { ignoringSystemErrors } from "./log.ts";

/**
 * A session's processes know their ssh agent by a link that never changes its name, no matter who
 * attaches or how the session is renamed. Each attaching client points it at its own agent.
 */
const LINK_DIR = "agent-sock";

/** Puts a new link to the agent's socket into a session's environment, where there is an agent. */
export function linkAgent(config: Config, env: Record<string, string | undefined>): void {
  const agent = variable(env, "SSH_AUTH_SOCK");
  if (agent === undefined) return;
  // With the maker in its name: until the session's processes know it, nobody else does.
  const maker = process.pid.toString(36);
  const link = `${config.logDir}/${LINK_DIR}/${randomUUIDv7().slice(-12)}-${maker}`;
  ignoringSystemErrors(() => {
    pointLink(config, link, agent);
    env["SSH_AUTH_SOCK"] = link;
  });
}

/** The link in a session's environment, if it has one. */
export function agentLinkOf(config: Config, env: Environment): string | undefined {
  const agent = variable(env, "SSH_AUTH_SOCK");
  return agent?.startsWith(`${config.logDir}/${LINK_DIR}/`) === true ? agent : undefined;
}

/**
 * Points a link elsewhere in one step: at no moment is it missing.
 * @throws TsmError `unsafe-directory`; a system error.
 */
export function pointLink(config: Config, link: string, target: string): void {
  using logs = makeLogDir(config);
  using dir = logs.makeChild(LINK_DIR);
  dir.link(basename(link), target);
}

/** Removes a link. @throws TsmError `unsafe-directory`; a system error. */
export function removeLink(config: Config, link: string): void {
  using logs = openLogDir(config);
  using dir = logs?.openChild(LINK_DIR);
  dir?.remove(basename(link));
}
