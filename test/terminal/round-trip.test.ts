import { expect, test } from "bun:test";
import { compareStates, differences } from "./compare.ts";
import { TestModel } from "./model.ts";
import { PROGRAM_SIZES, Random, randomProgram } from "./program.ts";

const PROGRAMS = Number(process.env["TSM_ROUND_TRIPS"] ?? 20_000);
const FIRST_SEED = Number(process.env["TSM_SEED"] ?? 1);

/** One program on one screen, with a snapshot at a random cut, then the rest of its output. */
function roundTrip(seed: number): string[] {
  const random = new Random(seed);
  const size = random.pick(PROGRAM_SIZES);
  const bytes = Buffer.from(randomProgram(random, size));
  const cut = random.chance(50) ? bytes.length : random.below(bytes.length + 1);
  const model = new TestModel({ ...size, modelRows: random.pick([1, 2, 100]) });
  for (let start = 0; start < cut;) {
    const end = Math.min(cut, start + 1 + random.below(random.chance(30) ? 3 : 200));
    model.feed(bytes.subarray(start, end));
    start = end;
  }
  // Sometimes the attaching client has another size.
  if (random.chance(15)) model.resize(1 + random.below(12), 2 + random.below(30));
  const restored = model.restored();
  const { found, exceptions } = compareStates(model.state, restored.state);
  // A difference allowed as an exception may show again in later output.
  if (found.length > 0 || exceptions > 0 || cut === bytes.length) {
    return found.map((text) => `at ${cut}: ${text}`);
  }
  model.feed(bytes.subarray(cut));
  restored.feed(bytes.subarray(cut));
  return differences(model.state, restored.state).map((text) => `after ${cut}: ${text}`);
}

test("a terminal fed with a snapshot equals the original terminal, also after more output", () => {
  const failures: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + PROGRAMS && failures.length < 20; seed++) {
    for (const text of roundTrip(seed).slice(0, 3)) failures.push(`seed ${seed} ${text}`);
  }
  expect(failures).toEqual([]);
}, 300_000);
