import { loadLibc } from "./system-calls.ts";

const HIGHEST_SIGNAL = process.platform === "darwin" ? 31 : 64;
/** `sa_handler`, the first field of struct sigaction: sigaction(2). */
const SIG_IGN = 1n;
const HANDLER_BYTES = 8;

/**
 * Runs `start`, which starts a program; in that program every signal has its default action, as in a
 * new terminal. exec(2) resets signals that have a handler, but ignored ones (SIGXFSZ by Bun, others
 * perhaps by the parent of this process) would stay ignored.
 */
export function withDefaultSignals<T>(start: () => T): T {
  const libc = loadLibc();
  const ignored: [signal: number, action: Uint8Array][] = [];
  for (let signal = 1; signal <= HIGHEST_SIGNAL; signal++) {
    const action = libc.signalAction(signal);
    if (action === undefined || handlerOf(action) !== SIG_IGN) continue;
    ignored.push([signal, action]);
    libc.setSignalAction(signal, withoutHandler(action));
  }
  try {
    return start();
  } finally {
    for (const [signal, action] of ignored) libc.setSignalAction(signal, action);
  }
}

function handlerOf(action: Uint8Array): bigint {
  return new DataView(action.buffer).getBigUint64(0, true);
}

/** SIG_DFL is 0. */
function withoutHandler(action: Uint8Array): Uint8Array {
  return action.slice().fill(0, 0, HANDLER_BYTES);
}
