import { expect, test } from "bun:test";

import { soak } from "./soak.ts";

const DURATION_MS = Number(process.env["TSM_SOAK_MS"] ?? 60_000);

test(
  "no session is lost and nothing is left, whatever is killed, stopped, removed or full",
  async () => {
    const { failures } = await soak({ operations: 5000, durationMs: DURATION_MS, seed: 7 });
    expect(failures).toEqual([]);
  },
  DURATION_MS + 120_000,
);
