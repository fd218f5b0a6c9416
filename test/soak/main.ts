/** Runs the soak by hand: `main.ts [SECONDS] [OPERATIONS] [SEED]`. */
import { soak } from "./soak.ts";

const [seconds = "1200", operations = "5000", seed = "1"] = process.argv.slice(2);
const startedMs = Date.now();
const { counts, survivors, failures } = await soak({
  durationMs: Number(seconds) * 1000,
  operations: Number(operations),
  seed: Number(seed),
});
console.log(`${Math.round((Date.now() - startedMs) / 1000)} s, ${survivors} sessions had to live`);
for (const [what, count] of Object.entries(counts).sort(([, a], [, b]) => b - a)) {
  console.log(`${String(count).padStart(6)} ${what}`);
}
for (const failure of failures) console.log(`FAILED ${failure}`);
process.exit(failures.length === 0 ? 0 : 1);
