import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { listWorktrees } from "../../src/git/worktrees.ts";
import { TestDirectory, createRepository, git } from "./repositories.ts";

test("worktrees are listed with their branches, the main one first, without removed ones", async () => {
  using dir = new TestDirectory();
  const root = createRepository(dir.join("myapp"));
  git(root, "worktree", "add", "--quiet", "-b", "feature/a", dir.join("tree\nwith space a"));
  git(root, "worktree", "add", "--quiet", "--detach", dir.join("b"));
  git(root, "worktree", "add", "--quiet", "-b", "gone", dir.join("gone"));
  rmSync(dir.join("gone"), { recursive: true });
  const commit = git(root, "rev-parse", "HEAD").slice(0, 7);
  const linked = { isMain: false, isBare: false };
  const found = await listWorktrees(root);
  // Git lists the main one first and the rest in no guaranteed order.
  expect([found[0], ...found.slice(1).sort((a, b) => (a.path < b.path ? 1 : -1))]).toEqual([
    { path: root, branchName: "main", isMain: true, isBare: false },
    { path: dir.join("tree\nwith space a"), branchName: "feature/a", ...linked },
    { path: dir.join("b"), branchName: commit, ...linked },
  ]);
});

test("a bare main repository is reported as bare; outside a repository there are no worktrees", async () => {
  using dir = new TestDirectory();
  git(dir.path, "init", "--quiet", "--bare", "--initial-branch=main", "lib.git");
  expect(await listWorktrees(dir.join("lib.git"))).toMatchObject([{ isBare: true, isMain: true }]);
  const outside = { ...process.env, GIT_CEILING_DIRECTORIES: dir.path };
  expect(await listWorktrees(dir.path, outside)).toEqual([]);
});
