import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { NO_GIT_CONTEXT, detectGitContext } from "../../src/git/context.ts";
import { TestDirectory, createRepository, git } from "./repositories.ts";

test("a plain repository is named after its directory, from any directory inside", async () => {
  using dir = new TestDirectory();
  const root = createRepository(dir.join("myapp"));
  mkdirSync(`${root}/src/deep`, { recursive: true });
  const expected = {
    repoName: "myapp",
    branchName: "main",
    isWorktree: false,
    isGitRepo: true,
    repoRoot: root,
    isSplit: false,
  };
  for (const cwd of [root, `${root}/src/deep`, `${root}/.git`, `${root}/.git/objects`]) {
    expect(await detectGitContext(cwd)).toEqual(expected);
  }
});

test("a linked worktree belongs to the main repository and has its own branch", async () => {
  using dir = new TestDirectory();
  const root = createRepository(dir.join("myapp"));
  git(root, "worktree", "add", "--quiet", "-b", "feature/login", dir.join("other"));
  expect(await detectGitContext(dir.join("other"))).toEqual({
    repoName: "myapp",
    branchName: "feature/login",
    isWorktree: true,
    isGitRepo: true,
    repoRoot: root,
    isSplit: false,
  });
});

test("a bare repository is its own root, and its name is without .git", async () => {
  using dir = new TestDirectory();
  git(dir.path, "init", "--quiet", "--bare", "--initial-branch=main", "lib.git");
  const context = await detectGitContext(dir.join("lib.git"));
  expect(context).toMatchObject({ repoName: "lib", branchName: "main", isWorktree: false });
  expect(context.repoRoot).toBe(dir.join("lib.git"));
});

test("a worktree of a bare repository is linked, also when the bare one is hidden", async () => {
  using dir = new TestDirectory();
  const source = createRepository(dir.join("source"));
  for (const [bare, root, name] of [
    ["lib.git", "lib.git", "lib"],
    ["app/.bare", "app", "app"],
  ] as const) {
    git(dir.path, "clone", "--quiet", "--bare", source, bare);
    git(dir.join(bare), "worktree", "add", "--quiet", "-b", "topic", dir.join(`${name}-tree`));
    const context = await detectGitContext(dir.join(`${name}-tree`));
    expect(context).toMatchObject({ repoName: name, branchName: "topic", isWorktree: true });
    expect(context.repoRoot).toBe(dir.join(root));
  }
});

test("a submodule is a separate repository, not a linked worktree", async () => {
  using dir = new TestDirectory();
  const library = createRepository(dir.join("library"));
  const root = createRepository(dir.join("super"));
  git(root, "submodule", "--quiet", "add", library, "vendor/lib");
  expect(await detectGitContext(`${root}/vendor/lib`)).toMatchObject({
    repoName: "lib",
    branchName: "main",
    isWorktree: false,
    repoRoot: `${root}/vendor/lib`,
  });
});

test("a repository whose git directory is elsewhere is named after its working tree", async () => {
  using dir = new TestDirectory();
  git(dir.path, "init", "--quiet", "--separate-git-dir", dir.join("store"), dir.join("files"));
  const context = await detectGitContext(dir.join("files"));
  expect(context).toMatchObject({ repoName: "files", isWorktree: false });
});

test("a detached HEAD is named by its short commit id", async () => {
  using dir = new TestDirectory();
  const root = createRepository(dir.join("myapp"));
  git(root, "checkout", "--quiet", "--detach");
  const commit = git(root, "rev-parse", "--short", "HEAD");
  expect((await detectGitContext(root)).branchName).toBe(commit);
});

test("a branch that shares its name with a tag keeps its plain name", async () => {
  using dir = new TestDirectory();
  const root = createRepository(dir.join("myapp"));
  git(root, "tag", "main");
  expect((await detectGitContext(root)).branchName).toBe("main");
});

test("a repository without commits already has a branch", async () => {
  using dir = new TestDirectory();
  git(dir.path, "init", "--quiet", "--initial-branch=trunk", "fresh");
  expect(await detectGitContext(dir.join("fresh"))).toMatchObject({
    repoName: "fresh",
    branchName: "trunk",
    isGitRepo: true,
  });
});

test("a path with spaces and a newline is returned whole", async () => {
  using dir = new TestDirectory();
  const root = createRepository(dir.join("my app\nwith --border-0\n lines"));
  git(root, "worktree", "add", "--quiet", "-b", "topic", dir.join("line\nbreak"));
  expect(await detectGitContext(root)).toMatchObject({ repoRoot: root, branchName: "main" });
  const linked = await detectGitContext(dir.join("line\nbreak"));
  expect(linked).toMatchObject({ repoRoot: root, branchName: "topic", isWorktree: true });
});

test("a symbolic link to a repository leads to the repository", async () => {
  using dir = new TestDirectory();
  const root = createRepository(dir.join("myapp"));
  symlinkSync(root, dir.join("link"));
  expect((await detectGitContext(dir.join("link"))).repoRoot).toBe(root);
});

test("outside a repository, without git, and in a missing directory there is no context", async () => {
  using dir = new TestDirectory();
  const outside = { ...process.env, GIT_CEILING_DIRECTORIES: dir.path };
  mkdirSync(dir.join("plain"));
  expect(await detectGitContext(dir.join("plain"), outside)).toEqual(NO_GIT_CONTEXT);
  const root = createRepository(dir.join("myapp"));
  expect(await detectGitContext(root, { PATH: dir.path })).toEqual(NO_GIT_CONTEXT);
  expect(await detectGitContext(dir.join("missing"))).toEqual(NO_GIT_CONTEXT);
});

test("variables that a hook sets do not redirect to another repository", async () => {
  using dir = new TestDirectory();
  const one = createRepository(dir.join("one"));
  const two = createRepository(dir.join("two"));
  const env = { ...process.env, GIT_DIR: `${one}/.git`, GIT_WORK_TREE: one };
  expect((await detectGitContext(two, env)).repoRoot).toBe(two);
});

test("a hostile repository cannot run anything", async () => {
  using dir = new TestDirectory();
  const root = createRepository(dir.join("evil"));
  writeFileSync(dir.join("trap"), `#!/bin/sh\ntouch '${dir.join("sprung")}'\n`);
  chmodSync(dir.join("trap"), 0o755);
  for (const key of ["core.fsmonitor", "core.pager", "core.sshCommand", "alias.rev-parse"]) {
    git(root, "config", key, key.startsWith("alias") ? `!${dir.join("trap")}` : dir.join("trap"));
  }
  expect((await detectGitContext(root)).repoName).toBe("evil");
  expect(existsSync(dir.join("sprung"))).toBe(false);
});

test("a git that never answers is stopped after a time limit", async () => {
  using dir = new TestDirectory();
  writeFileSync(dir.join("git"), "#!/bin/sh\nexec /bin/sleep 60\n");
  chmodSync(dir.join("git"), 0o755);
  expect(await detectGitContext(dir.path, { PATH: dir.path })).toEqual(NO_GIT_CONTEXT);
});
