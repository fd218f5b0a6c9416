import { TSM, type Sandbox, type Screen } from "./sandbox.ts";

/** A shell that attaches, and tells the terminal's modes and the exit status around it. */
export function attachFromShell(box: Sandbox, redirection = ""): Screen {
  const script = [
    "echo before=$(stty -g)=",
    `"${TSM}" attach work ${redirection}`,
    "status=$?",
    "echo after=$(stty -g)= status=$status=",
    "exec cat",
  ].join("\n");
  return box.open(["-c", script], { program: "/bin/sh" });
}
