import { socketPath, type Config } from "../../config/paths.ts";
import { isSocket } from "./socket-files.ts";

/** The place in which a session lives, without the others. */
export function placeOf(config: Config, name: string): Config {
  const { elsewhere = [], ...first } = config;
  if (elsewhere.length === 0 || isSocket(socketPath(first, name))) return first;
  return elsewhere.find((place) => isSocket(socketPath(place, name))) ?? first;
}

/** All places of a user, one by one; the place of new sessions comes first. */
export function placesOf(config: Config): [Config, ...Config[]] {
  const { elsewhere = [], ...first } = config;
  return [first, ...elsewhere];
}
