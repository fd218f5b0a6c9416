import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { Sandbox, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const VALUES = {
  "a newline": "line1\nline2\n",
  "a tab": "\ttab\there",
  "escape sequences": "\x1b[31mred\x1b]2;t\x07\x7f\x85",
  quotes: `a'b"c\\'d\\"$(touch pwned)\`x\` !! ü`,
  "a carriage return": "a\r\nb\r",
} as const;

/** What asks for the variables, and prints one in hexadecimal. */
const SHELLS = {
  bash: 'XAUTHORITY=old; eval "$(tsm env bash)"; printf %s "$XAUTHORITY" | od -An -v -tx1',
  zsh: 'XAUTHORITY=old; eval "$(tsm env zsh)"; printf %s "$XAUTHORITY" | od -An -v -tx1',
  fish: 'set -gx XAUTHORITY old; tsm env fish | source; printf %s "$XAUTHORITY" | od -An -v -tx1',
} as const;

async function attachOnce(box: Sandbox, value: string): Promise<void> {
  const screen = box.open(["attach", "work"], { env: { XAUTHORITY: value } });
  await screen.shown("$ ");
  screen.type(DETACH);
  expect(await screen.exited()).toBe(0);
}

/** The variable in a shell that has asked for it inside the session, as hexadecimal. */
async function valueIn(box: Sandbox, shell: keyof typeof SHELLS): Promise<string> {
  const path = `${box.env()["PATH"]}`;
  const binary = box.command()[0] ?? "";
  const text = SHELLS[shell].replaceAll("tsm env", `'${binary}' env`);
  const child = Bun.spawn([shell, "-c", text], {
    cwd: box.root,
    env: box.env({ PATH: path, TSM_SESSION: "work" }),
    stderr: "inherit",
  });
  return (await child.stdout.text()).replace(/\s+/g, "");
}

describe("a variable of the newest client reaches the shells of its session exactly", () => {
  for (const [what, value] of Object.entries(VALUES)) {
    test(`with ${what}`, async () => {
      await using box = new Sandbox();
      await box.ok("new", "work");
      await attachOnce(box, value);
      const wanted = Buffer.from(value).toString("hex");
      for (const shell of ["bash", "zsh", "fish"] as const) {
        expect(`${shell} ${await valueIn(box, shell)}`).toBe(`${shell} ${wanted}`);
      }
      const { XAUTHORITY } = JSON.parse(await jsonOf(box)) as Record<string, string>;
      expect(XAUTHORITY).toBe(value);
    });
  }

  test("and one that it does not have is unset", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    await attachOnce(box, "a\nb");
    await attachOnce(box, "");
    await until(async () => (await valueIn(box, "bash")) === "", "the variable to be unset");
  });
});

async function jsonOf(box: Sandbox): Promise<string> {
  const { stdout } = await box.run(["env", "--json"], { env: { TSM_SESSION: "work" } });
  return stdout;
}
