import { existsSync } from "node:fs";

import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { OPTION_EXCEPTIONS } from "./options.ts";
import { MATRIX_SHELLS, PROBE_NAMES, type MatrixShell, type SetUp } from "./set-up.ts";
import { SET_UPS } from "./set-ups.ts";
import { optionKinds, tryOptions } from "./try-options.ts";
import { programOf, trySetUp } from "./try-set-up.ts";

setDefaultTimeout(300_000);

/** Set-ups of a shell that are tried at the same time: they mostly wait. */
const LANES = 3;

for (const shell of MATRIX_SHELLS) {
  describe.skipIf(programOf(shell) === undefined)(
    `${shell} (skipped where it is not installed)`,
    () => {
      test.concurrent("does in every set-up what the table in docs/shells.md says", async () => {
        const waiting = SET_UPS[shell].filter((setUp) => isInstalled(setUp));
        const wrong: string[] = [];
        const lane = async (): Promise<void> => {
          for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            wrong.push(...(await differences(shell, next)));
          }
        };
        await Promise.all(Array.from({ length: LANES }, lane));
        expect(wrong).toEqual([]);
      });

      for (const kind of optionKinds(shell)) {
        test.concurrent(`does the same with each option of ${kind.title}`, async () => {
          const outcomes = await tryOptions(shell, kind);
          expect(outcomes.length).toBeGreaterThan(10);
          const wrong = outcomes.flatMap(({ name, failed }) => {
            const expected = OPTION_EXCEPTIONS[shell]?.[name] ?? {};
            return PROBE_NAMES.filter((probe) => probe in failed !== probe in expected).map(
              (probe) => `${name}: ${probe}: ${failed[probe] ?? "holds now"}`,
            );
          });
          expect(wrong).toEqual([]);
        });
      }
    },
  );
}

async function differences(shell: MatrixShell, setUp: SetUp): Promise<string[]> {
  const outcomes = await trySetUp(shell, setUp);
  return PROBE_NAMES.filter(
    (probe) => outcomes[probe].holds === (setUp.except?.[probe] !== undefined),
  ).map((probe) => `${setUp.name}: ${probe}: ${outcomes[probe].detail || "holds now"}`);
}

function isInstalled({ needs }: SetUp): boolean {
  if (needs === undefined) return true;
  return needs.startsWith("/") ? existsSync(needs) : Bun.which(needs) !== null;
}
