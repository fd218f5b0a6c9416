import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { Sandbox, type Variables } from "../../e2e/support/sandbox.ts";
import { MatrixSession, type Outcome } from "./probes.ts";
import {
  BASE,
  PROBE_NAMES,
  START_UP_FILES,
  type MatrixShell,
  type Probe,
  type SetUp,
} from "./set-up.ts";

export type Outcomes = Record<Probe, Outcome>;

/** A sandbox whose sessions run one shell of the matrix, with a user's set-up. */
export class MatrixBox extends Sandbox {
  readonly #shell: MatrixShell;

  constructor(shell: MatrixShell, startUp: string) {
    super();
    this.#shell = shell;
    const file = join(this.home, START_UP_FILES[shell]);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(join(this.home, ".hushlogin"), "");
    // Without these zsh and fish would ask, and fill directories.
    writeFileSync(join(this.home, ".zshrc"), "");
    mkdirSync(join(this.home, ".local/share/fish/generated_completions"), { recursive: true });
    if (shell === "bash") writeFileSync(join(this.home, ".profile"), ". ~/.bashrc\n");
    writeFileSync(file, `${BASE[shell]}\n${startUp}\n`);
  }

  override env(extra: Variables = {}): Record<string, string> {
    return super.env({ SHELL: programOf(this.#shell) ?? "/bin/sh", ...extra });
  }
}

/** Path of a shell's program; undefined when it is not installed. */
export function programOf(shell: MatrixShell): string | undefined {
  if (shell !== "busybox ash") return Bun.which(shell) ?? undefined;
  const busybox = Bun.which("busybox");
  return busybox === null ? undefined : busybox;
}

/** Tries all that is tried in every set-up. */
export async function trySetUp(shell: MatrixShell, setUp: SetUp): Promise<Outcomes> {
  await using box = new MatrixBox(shell, setUp.startUp);
  await box.ok("new", "w", ...(shell === "busybox ash" ? ["busybox", "ash", "-l"] : []));
  const session = new MatrixSession(box, "w", setUp.prompt ?? "P> ", shell === "fish");
  try {
    await session.open();
    const outcomes: Partial<Outcomes> = {};
    for (const probe of PROBE_NAMES) outcomes[probe] = await session.try(probe);
    return outcomes as Outcomes;
  } finally {
    session.close();
  }
}
