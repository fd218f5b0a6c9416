/** What this system does with processes when their user logs out. */
export interface LogoutFacts {
  user: string;
  /** Whether systemd runs this system. */
  hasSystemd: boolean;
  /** Whether this process belongs to a login session, which ends with the logout. */
  isInLoginSession: boolean;
  /** Whether this process belongs to the user's manager, which ends with the last logout. */
  isInUserManager: boolean;
  /** `KillUserProcesses`, `KillOnlyUsers` and `KillExcludeUsers` of logind.conf(5). */
  killUserProcesses: boolean;
  killOnlyUsers: readonly string[];
  killExcludeUsers: readonly string[];
  /** Whether the user's manager stays after the last logout (`loginctl enable-linger`). */
  isLingering: boolean;
  /** Whether `systemd-run` is there and the user's manager can be reached. */
  canStartScope: boolean;
}

/** How a daemon is started so that it survives a logout, if it can. */
export interface LogoutPlan {
  /** In a scope of the user's manager, or like any other process. */
  start: "scope" | "plain";
  survives: boolean;
  /** One sentence for people. */
  reason: string;
  remedy?: string;
}

const LINGER = "Run 'loginctl enable-linger' once, so that sessions survive a logout.";

/** Decides from prepared facts; touches nothing. */
export function planForLogout(facts: LogoutFacts): LogoutPlan {
  if (!facts.hasSystemd) return stays("systemd does not run here: nothing ends sessions at logout");
  if (facts.isInUserManager) return inUserManager(facts, "plain");
  if (!facts.isInLoginSession) return stays("sessions started here belong to no login session");
  if (!isKilled(facts)) {
    return stays("systemd leaves processes alone at logout (KillUserProcesses=no for this user)");
  }
  if (facts.canStartScope) return inUserManager(facts, "scope");
  return {
    start: "plain",
    survives: false,
    reason:
      "systemd ends sessions at logout (KillUserProcesses=yes), and systemd-run cannot reach the " +
      "user's manager",
    remedy: "Install systemd-run and D-Bus for this user, or set KillUserProcesses=no.",
  };
}

function isKilled({
  user,
  killUserProcesses,
  killOnlyUsers,
  killExcludeUsers,
}: LogoutFacts): boolean {
  if (!killUserProcesses || killExcludeUsers.includes(user)) return false;
  return killOnlyUsers.length === 0 || killOnlyUsers.includes(user);
}

function stays(reason: string): LogoutPlan {
  return { start: "plain", survives: true, reason };
}

function inUserManager({ isLingering }: LogoutFacts, start: LogoutPlan["start"]): LogoutPlan {
  const place =
    start === "scope"
      ? "sessions are started in a scope of the user's manager"
      : "sessions started here belong to the user's manager";
  return isLingering
    ? { start, survives: true, reason: `${place}, which stays after logout` }
    : {
        start,
        survives: false,
        reason: `${place}, which ends with the last logout`,
        remedy: LINGER,
      };
}
