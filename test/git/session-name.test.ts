import { expect, test } from "bun:test";
import { formatSessionName, sanitizeBranch } from "../../src/git/session-name.ts";
import vectors from "../fixtures/git-names.json";

test("branch names lose the characters that a session name cannot have", () => {
  for (const [branch, expected] of vectors.sanitizeBranch) {
    expect(sanitizeBranch(String(branch))).toBe(String(expected));
  }
});

test("a session is named after the repository, in a linked worktree with its branch", () => {
  for (const { context, name } of vectors.formatSessionName) {
    expect(formatSessionName(context)).toBe(name);
  }
});

test("a directory with a line break in its name still gives a valid session name", () => {
  expect(formatSessionName({ repoName: "a\nb", branchName: "", isWorktree: false })).toBe("a-b");
});
