import { describe, expect, test, setDefaultTimeout } from "bun:test";
import { SHELL_KINDS } from "../../src/shell/shell-kind.ts";
import { TEST_TIME_LIMIT_MS, TestHome, isInstalled } from "./shell-under-test.ts";

setDefaultTimeout(TEST_TIME_LIMIT_MS);

/** Files that each note their name; the prompt comes when all have run. */
function noting(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `echo "ran<${name}>"\n`]));
}

function ran(output: string): string[] {
  return [...output.matchAll(/ran<([^>]+)>/g)].map((match) => match[1] ?? "");
}

describe.skipIf(!isInstalled("bash"))("bash (skipped where it is not installed)", () => {
  const cases: [present: string[], expected: string[]][] = [
    [[".bash_profile", ".bash_login", ".profile", ".bashrc"], [".bash_profile"]],
    [[".bash_login", ".profile", ".bashrc"], [".bash_login"]],
    [[".profile", ".bashrc"], [".profile"]],
    [[".bashrc"], [".bashrc"]],
    [[], []],
  ];
  test.each(cases)("of %j runs %j", async (present, expected) => {
    await using home = new TestHome();
    const shell = home.start("bash", { files: noting(...present) });
    expect(ran(await shell.until("[tsm:work] "))).toEqual(expected);
  });

  test("~/.bash_logout runs at the end, as in a login shell", async () => {
    await using home = new TestHome();
    const shell = home.start("bash", { files: noting(".bash_logout") });
    await shell.until("[tsm:work] ");
    shell.type("exit 7\r");
    await shell.until("ran<.bash_logout>");
    expect(await shell.exited).toBe(7);
  });
});

describe.skipIf(!isInstalled("zsh"))("zsh (skipped where it is not installed)", () => {
  const files = [".zshenv", ".zprofile", ".zshrc", ".zlogin"];

  test("the files of the home directory run in order, the last one at the end", async () => {
    await using home = new TestHome();
    const shell = home.start("zsh", { files: noting(...files, ".zlogout") });
    expect(ran(await shell.until("[tsm:work] "))).toEqual(files);
    expect(await shell.command("echo Z=${ZDOTDIR-none} ${TSM_ORIG_ZDOTDIR-none}.", "Z=none none."));
    shell.type("exit\r");
    await shell.until("ran<.zlogout>");
  });

  test("the files of the original ZDOTDIR run instead, and ZDOTDIR has its original value again", async () => {
    await using home = new TestHome();
    const moved = files.map((name) => `dots/${name}`);
    const env = { ZDOTDIR: home.join("dots") };
    const shell = home.start("zsh", { files: noting(...moved, ...files), env });
    expect(ran(await shell.until("[tsm:work] "))).toEqual(moved);
    await shell.command("echo Z=$ZDOTDIR.", `Z=${home.join("dots")}.`);
  });

  test("a ZDOTDIR that the user's .zshenv sets holds for the rest", async () => {
    await using home = new TestHome();
    const shell = home.start("zsh", {
      files: { ".zshenv": "export ZDOTDIR=$HOME/dots\n", ...noting("dots/.zshrc", ".zlogin") },
    });
    expect(ran(await shell.until("[tsm:work] "))).toEqual(["dots/.zshrc"]);
  });
});

describe.skipIf(!isInstalled("fish"))("fish (skipped where it is not installed)", () => {
  test("conf.d, config, functions and completions are those of the user", async () => {
    await using home = new TestHome();
    const shell = home.start("fish", {
      files: {
        ...noting("xdg/fish/conf.d/one.fish", "xdg/fish/config.fish"),
        "xdg/fish/functions/mine.fish": "function mine; echo from-$argv[1]; end\n",
        "xdg/fish/completions/mine.fish": "complete -c mine -a completed\n",
      },
      env: { XDG_CONFIG_HOME: home.join("xdg") },
    });
    expect(ran(await shell.until("[tsm:work] "))).toEqual([
      "xdg/fish/conf.d/one.fish",
      "xdg/fish/config.fish",
    ]);
    await shell.command("mine function", "from-function");
    await shell.command("complete -C 'mine '", "completed");
    await shell.command("echo X=$XDG_CONFIG_HOME.", `X=${home.join("xdg")}.`);
    await shell.command("status is-login; and echo login is yes", "login is yes");
  });
});

describe.each(SHELL_KINDS)("%s (skipped where it is not installed)", (kind) => {
  test.skipIf(!isInstalled(kind))("finds its session in the environment", async () => {
    await using home = new TestHome();
    const shell = home.start(kind, { name: "a b" });
    await shell.until("[tsm:a b] ");
    await shell.command('echo "1=$TSM_SESSION."', "1=a b.");
    await shell.command('echo "2=$TSM_SHELL_INTEGRATION."', "2=1.");
    const file = home.join(`sockets/.${kind}/a b/.tsm-session-name`);
    await shell.command('echo "3=$TSM_SESSION_FILE."', `3=${file}.`);
    expect(await Bun.file(file).text()).toBe("a b\n");
  });

  test.skipIf(!isInstalled(kind))("in a session of a session reads the user's files", async () => {
    await using home = new TestHome();
    const files = noting(".bash_profile", ".zshrc", ".config/fish/config.fish");
    const outer = home.start(kind, { name: "outer", files });
    await outer.until("[tsm:outer] ");
    await outer.command("env -0 >env; echo writ''ten", "written");
    const pairs = (await Bun.file(home.join("env")).text()).split("\0").filter(Boolean);
    const env = Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
    const inner = home.start(kind, { name: "inner", env });
    expect(ran(await inner.until("[tsm:inner] "))).toHaveLength(1);
    await inner.command('echo "in=$TSM_SESSION."', "in=inner.");
  });
});
