import { basename } from "node:path";

/** Shells that tsm knows how to set up. */
export const SHELL_KINDS = ["bash", "zsh", "fish"] as const;
export type ShellKind = (typeof SHELL_KINDS)[number];

/** Which of them `shell` is, by the name of its program. */
export function shellKind(shell: string): ShellKind | undefined {
  return SHELL_KINDS.find((kind) => kind === basename(shell));
}
