import { PROBE_NAMES, type MatrixShell, type Probe } from "./set-up.ts";
import { OPTION_KINDS, UNTRIED, type OptionKind } from "./options.ts";
import { MatrixSession } from "./probes.ts";
import { MatrixBox } from "./try-set-up.ts";

export interface OptionOutcome {
  name: string;
  /** What does not hold with it, and what was seen. */
  failed: Partial<Record<Probe, string>>;
}

/** Tries each option of a shell, the other way round than it comes, alone. */
export async function tryOptions(
  shell: MatrixShell,
  kind: OptionKind,
  only?: string,
): Promise<OptionOutcome[]> {
  await using box = new MatrixBox(shell, "");
  const outcomes: OptionOutcome[] = [];
  let session = await openSession(box, "w");
  const listed = (await session.run(kind.list)).output.toString();
  const options = [...listed.matchAll(/^(\w+)\s+(on|off)$/gm)].map(([, name = "", state]) => ({
    name,
    isOn: state === "on",
  }));
  let count = 0;
  for (const { name, isOn } of options) {
    if (
      UNTRIED[shell]?.[name] !== undefined ||
      (only !== undefined && !only.split(",").includes(name))
    )
      continue;
    await session.run(isOn ? kind.off(name) : kind.on(name));
    const failed: OptionOutcome["failed"] = {};
    for (const probe of PROBE_NAMES) {
      const { holds, detail } = await session.try(probe);
      if (!holds) failed[probe] = detail;
    }
    outcomes.push({ name, failed });
    await session.run(isOn ? kind.on(name) : kind.off(name));
    if (Object.keys(failed).length === 0) continue;
    // What one option has left behind is not to be held against the next.
    session.close();
    session = await openSession(box, `w${++count}`);
  }
  session.close();
  return outcomes;
}

async function openSession(box: MatrixBox, name: string): Promise<MatrixSession> {
  await box.ok("new", name);
  const session = new MatrixSession(box, name, "P> ", false);
  await session.open();
  return session;
}

export function optionKinds(shell: MatrixShell): readonly OptionKind[] {
  return OPTION_KINDS[shell] ?? [];
}
