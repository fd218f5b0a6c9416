import { variable, type Environment } from "../config/environment.ts";

/** Variables that describe the client's own surroundings rather than the session. */
export const CLIENT_VARIABLES = [
  "SSH_AUTH_SOCK",
  "SSH_CONNECTION",
  "SSH_CLIENT",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "XAUTHORITY",
] as const;

/** The {@link CLIENT_VARIABLES} that are set. */
export function clientVariables(env: Environment): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of CLIENT_VARIABLES) {
    const value = variable(env, name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
