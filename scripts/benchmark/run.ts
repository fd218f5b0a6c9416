import { anonymousMB } from "./processes.ts";
import type { Row } from "./row.ts";
import type { SessionTool, ToolName } from "./tools.ts";
import type { Workspace } from "./workspace.ts";

const SAMPLE_INTERVAL_MS = 50;

/** The input of every measurement. */
export interface Run {
  workspace: Workspace;
  /** The tools that are installed here, tsm first. */
  tools: readonly SessionTool[];
  /** Fewer and shorter samples. */
  isQuick: boolean;
  peaks: PeakWatch;
  report(row: Row): void;
  progress(text: string): void;
}

/** Highest private memory seen of the processes. */
export class PeakWatch {
  readonly servers: Partial<Record<ToolName, number>> = {};
  readonly clients: Partial<Record<ToolName, number>> = {};

  /** Polls the memory of a session's server and its client until disposed. */
  watch(tool: ToolName, serverPid: number, clientPid: number): Disposable {
    const look = (): void => {
      this.servers[tool] = Math.max(this.servers[tool] ?? 0, anonymousMB(serverPid));
      this.clients[tool] = Math.max(this.clients[tool] ?? 0, anonymousMB(clientPid));
    };
    const timer = setInterval(look, SAMPLE_INTERVAL_MS);
    return {
      [Symbol.dispose](): void {
        clearInterval(timer);
        look();
      },
    };
  }
}

/** Names in alternating order, so that a disturbance does not always hit the same. */
export function inTurn<T>(items: readonly T[], round: number): T[] {
  return round % 2 === 0 ? [...items] : items.toReversed();
}
