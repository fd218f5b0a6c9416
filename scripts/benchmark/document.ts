import { describeRun, measuredTools, type Results } from "./results.ts";
import { markdownTable, tableCells } from "./table.ts";

/** Text of docs/performance.md. */
export function performanceDocument(results: Results): string {
  const table = markdownTable(tableCells(results.rows, measuredTools(results)));
  return `# Performance

Written by \`./scripts/bench --write-docs\`: the figures of its last whole run, hits and misses alike.

${describeRun(results)}

${table}
MB are 10⁶ bytes. An empty cell: the program has no such thing, or the figure would say nothing.
A question mark: it could not be measured.

## How it is measured

All programs are measured in one run, in turn and in changing order, so that what else the machine
does hits them alike. Figures are medians. Every session and every client is a real process on a
real PTY of 24 × 80; tsm is the compiled binary. tmux and screen run without a status line and with
10 000 lines of scrollback, dtach without keys of its own.

- **Printing a file**: \`cat\` of a file in the page cache, from the key that starts it until a mark
  behind it has come out of the attached client. One reader, the same for all, takes the client's
  output as fast as it can and counts it. *Bare* is the same program on that reader's PTY with
  nothing between. The multiple is taken in each round and its median shown. Lines of the plain text
  have 78 characters; the coloured text changes its look every other word, in 16, 256 and true
  colours. tmux and screen draw only what their screen shows in the end, the others pass on all.
- **A second client**: the speed of one attached client while a second one's terminal is read at
  1 MB/s, or not at all. For the second case the speed is taken 2.5 s after it has attached, against
  the mean of the speed before it came and after it left. For tmux and screen it is the speed at
  which the program can print. tsm loses nothing for a client that is slow but reads, so there the
  program goes at that client's pace; that is intended.
- **Echo**: a key typed into \`stty raw -echo; cat\` until its letter comes out of the attached
  client, at random intervals of 10 to 30 ms. The flooding session beside it runs \`yes\` with nobody
  attached (on the bare PTY: with a reader). \`yes\` and who reads it keep two cores busy, so on a
  machine with two the scheduler has its part in the highest values.
- **Starting**: from the start of the command until it has ended, for attaching until the text has
  come out of the client. The empty program is built with the same runtime and options as tsm. tsm
  sends its scrollback first, as the terminal's own, and the text is in the last line, so all
  10 000 lines have come; tmux and screen draw one screen.
- **Running**: \`tsm run\` of \`true\` in a session's shell that is at its prompt, from the start of the
  command until it has ended. *Bare* is the same shell, started for it alone.
- **Memory** is private memory (\`Private_Clean\` and \`Private_Dirty\` of \`/proc/PID/smaps_rollup\`) of
  the process that holds the session, while a second session runs: pages of the binary, which all
  sessions share, are not counted. Peaks are the most anonymous memory (\`RssAnon\`) seen in looks
  every 50 ms during all floods above, and of the attached client likewise. tmux holds all
  sessions in one process.
- **CPU time** is user and system time of the process that holds the session, as the kernel counts
  it in ticks of 10 ms.
- **Terminal model**: the model alone, in a process of its own, with the same texts.
`;
}
