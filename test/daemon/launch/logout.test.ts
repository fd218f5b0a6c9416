import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { parseLogind, readLogoutFacts } from "../../../src/daemon/launch/logout-facts.ts";
import { planForLogout, type LogoutFacts } from "../../../src/daemon/launch/logout.ts";

const KILLED: LogoutFacts = {
  user: "ann",
  hasSystemd: true,
  isInLoginSession: true,
  isInUserManager: false,
  killUserProcesses: true,
  killOnlyUsers: [],
  killExcludeUsers: ["root"],
  isLingering: true,
  canStartScope: true,
};

const plan = (facts: Partial<LogoutFacts>): string => {
  const { start, survives } = planForLogout({ ...KILLED, ...facts });
  return `${start}, ${survives ? "survives" : "ends"}`;
};

describe("a daemon", () => {
  test("is started in a scope where the login session's end would kill it", () => {
    expect(plan({})).toBe("scope, survives");
    expect(plan({ killOnlyUsers: ["ann"] })).toBe("scope, survives");
  });

  test("is started plainly where nothing kills it", () => {
    expect(plan({ hasSystemd: false })).toBe("plain, survives");
    expect(plan({ killUserProcesses: false })).toBe("plain, survives");
    expect(plan({ isInLoginSession: false })).toBe("plain, survives");
    expect(plan({ user: "root" })).toBe("plain, survives");
    expect(plan({ killOnlyUsers: ["bob"] })).toBe("plain, survives");
  });

  test("is started plainly, and will end, where no scope can be had", () => {
    expect(plan({ canStartScope: false })).toBe("plain, ends");
    expect(planForLogout({ ...KILLED, canStartScope: false }).remedy).toContain("systemd-run");
  });

  test("ends with the user's manager unless that lingers", () => {
    expect(plan({ isLingering: false })).toBe("scope, ends");
    expect(plan({ isInUserManager: true, isInLoginSession: false })).toBe("plain, survives");
    const ending = { ...KILLED, isInUserManager: true, isLingering: false };
    expect(planForLogout(ending).remedy).toContain("loginctl enable-linger");
  });
});

describe("logind's configuration", () => {
  test("has a shipped default in a comment, which any set value beats", () => {
    const shipped = "[Login]\n#KillUserProcesses=no\n#KillExcludeUsers=root\n";
    expect(parseLogind([shipped]).get("KillUserProcesses")).toBe("no");
    expect(parseLogind([shipped, "KillUserProcesses = yes"]).get("KillUserProcesses")).toBe("yes");
    expect(parseLogind(["KillUserProcesses=yes\n", shipped]).get("KillUserProcesses")).toBe("yes");
  });

  test("is read with its drop-ins, those of /etc before those of /usr", () => {
    const root = mkdtempSync("/tmp/tsm-logind-");
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    try {
      put("etc/systemd/logind.conf", "#KillUserProcesses=no\n");
      put("usr/lib/systemd/logind.conf.d/10-a.conf", "KillUserProcesses=yes\n");
      put("usr/lib/systemd/logind.conf.d/20-b.conf", "KillExcludeUsers=ann bob\n");
      put("proc/self/cgroup", "0::/user.slice/user-1000.slice/session-3.scope\n");
      put("run/systemd/system/x", "");
      const facts = readLogoutFacts({}, root);
      expect(facts).toMatchObject({
        hasSystemd: true,
        isInLoginSession: true,
        isInUserManager: false,
        killUserProcesses: true,
        killExcludeUsers: ["ann", "bob"],
        canStartScope: false,
      });
      put("etc/systemd/logind.conf.d/10-a.conf", "KillUserProcesses=no\n");
      expect(readLogoutFacts({}, root).killUserProcesses).toBe(false);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
