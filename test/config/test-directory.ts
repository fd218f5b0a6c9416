import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory for one test; removed when the test ends, also when it fails. */
export class TestDirectory implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "tsm-config-"));

  join(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
