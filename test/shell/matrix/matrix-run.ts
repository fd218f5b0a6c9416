/** Tries set-ups: `matrix-run.ts SHELL [NAME]`; prints what does not hold. For trying things out. */
import { SET_UPS } from "./set-ups.ts";
import { trySetUp } from "./try-set-up.ts";
import { PROBE_NAMES, type MatrixShell } from "./set-up.ts";
import { optionKinds, tryOptions } from "./try-options.ts";
const [shell = "bash", only, option] = process.argv.slice(2);
if (only === "options") {
  for (const kind of optionKinds(shell as MatrixShell)) {
    const outcomes = await tryOptions(shell as MatrixShell, kind, option);
    console.log(kind.title, outcomes.length);
    for (const { name, failed } of outcomes)
      if (Object.keys(failed).length > 0)
        console.log("BAD", name, JSON.stringify(failed).slice(0, 400));
  }
  process.exit(0);
}
for (const setUp of SET_UPS[shell as MatrixShell]) {
  if (only !== undefined && !setUp.name.includes(only)) continue;
  const outcomes = await trySetUp(shell as MatrixShell, setUp);
  const bad = PROBE_NAMES.filter((p) => outcomes[p].holds === (setUp.except?.[p] !== undefined));
  console.log(bad.length === 0 ? "ok  " : "BAD ", setUp.name);
  for (const p of bad) console.log("     ", p, outcomes[p].detail.slice(0, 300));
}
