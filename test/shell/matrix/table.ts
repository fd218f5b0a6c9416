import { OPTION_EXCEPTIONS, OPTION_KINDS, UNTRIED } from "./options.ts";
import {
  MATRIX_SHELLS,
  PLAIN,
  PROBES,
  PROBE_NAMES,
  type Exceptions,
  type MatrixShell,
} from "./set-up.ts";
import { SET_UPS } from "./set-ups.ts";

const BEGIN = "<!-- From here on scripts/shell-table writes: the tests try each of these. -->";
const END = "<!-- Up to here. -->";

/** The document with its table as the set-ups say. @throws when it has no place for one. */
export function withTable(document: string): string {
  const start = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (start === -1 || end < start) throw new Error("docs/shells.md has no place for the table");
  return `${document.slice(0, start)}${BEGIN}\n\n${table()}\n${document.slice(end)}`;
}

function table(): string {
  const probes = PROBE_NAMES.map((probe, i) => `${i + 1}. ${PROBES[probe]}`);
  const head = ["shell", "set-up", ...PROBE_NAMES.map((_, i) => String(i + 1))];
  const rows = MATRIX_SHELLS.flatMap((shell) => exceptionRows(shell));
  return [
    "What is tried in each set-up, by its number below:",
    "",
    ...probes,
    "",
    "All of it holds in these set-ups:",
    "",
    ...MATRIX_SHELLS.flatMap((shell) => wholeLines(shell)),
    "",
    "And here with these exceptions:",
    "",
    ...toTable([head, ...rows]),
    "",
  ].join("\n");
}

/** Set-ups in which nothing is otherwise; in shells without integration, nothing of 3 to 6. */
function wholeLines(shell: MatrixShell): string[] {
  const names = SET_UPS[shell]
    .filter(({ except }) => relevant(shell, except).length === 0)
    .map(({ name }) => name.replaceAll("|", "\\|"));
  const options = (OPTION_KINDS[shell] ?? []).map(({ title }) => {
    const others = [
      ...Object.keys(UNTRIED[shell] ?? {}),
      ...Object.keys(OPTION_EXCEPTIONS[shell] ?? {}),
    ];
    return `each option of ${title} alone, but ${others.join(", ")}`;
  });
  const plain = SET_UPS[shell].every(({ except }) => except?.marks === PLAIN.marks);
  const level = plain ? `${shell} (3 to 6; it has neither 1 nor 2)` : shell;
  return [`- **${level}**: ${[...names, ...options].join("; ")}.`];
}

function exceptionRows(shell: MatrixShell): string[][] {
  const setUps = SET_UPS[shell].map(({ name, except }) => ({ name, except }));
  const options = Object.entries(OPTION_EXCEPTIONS[shell] ?? {}).map(([name, except]) => ({
    name: `option ${name}`,
    except,
  }));
  return [...setUps, ...options]
    .filter(({ except }) => relevant(shell, except).length > 0)
    .map(({ name, except }) => [
      shell,
      name.replaceAll("|", "\\|"),
      ...PROBE_NAMES.map((probe) => except?.[probe] ?? "yes"),
    ]);
}

/** What is otherwise than in every set-up of that shell. */
function relevant(shell: MatrixShell, except: Exceptions = {}): string[] {
  const isPlain = SET_UPS[shell].every((setUp) => setUp.except?.marks === PLAIN.marks);
  return PROBE_NAMES.filter(
    (probe) => except[probe] !== undefined && !(isPlain && except[probe] === PLAIN[probe]),
  );
}

function toTable(rows: readonly (readonly string[])[]): string[] {
  const [head = [], ...rest] = rows.map((row) => `| ${row.join(" | ")} |`);
  const columns = rows[0]?.length ?? 0;
  return [String(head), `|${"---|".repeat(columns)}`, ...rest];
}
