import { describe, expect, test } from "bun:test";
import { parseSettings } from "../../src/config/parse-settings.ts";
import { defaultSettings } from "../../src/config/settings.ts";

/** The mistakes in a file as the command line prints them. */
function mistakes(source: string): string[] {
  const { errors } = parseSettings(source, "/c.toml");
  for (const error of errors) expect(error.code).toBe("config");
  return errors.map((error) => `${error.message} ${error.remedy}`);
}

test("an empty file gives the defaults", () => {
  expect(parseSettings("", "/c.toml")).toEqual({ settings: defaultSettings(), errors: [] });
});

test("every setting can be set", () => {
  const source = `
    tui.mode = "simplified"
    tui.keymap = "palette"
    tui.show_help = false
    [shell]
    prompt = false
    shortcuts = { full = "Ctrl+G", palette = "none", toggle = "ctrl+^" }
    [attach]
    detach_key = "none"
    picker_key = "ctrl+o"
    [session]
    scrollback_lines = 0
    [git]
    auto_worktrees = true
    [tui.keymaps.default]
    kill = ["K", "alt+k", "delete"]
    rename = []
    [tui.keymaps.palette]
    rename = ["F2", "shift+tab"]
  `;
  const { settings, errors } = parseSettings(source, "/c.toml");
  expect(errors).toEqual([]);
  const keymaps = defaultSettings().tui.keymaps;
  expect(settings).toEqual({
    tui: {
      mode: "simplified",
      keymap: "palette",
      showHelp: false,
      keymaps: {
        default: { ...keymaps.default, kill: ["K", "alt+k", "delete"], rename: [] },
        palette: { ...keymaps.palette, rename: ["f2", "shift+tab"] },
      },
    },
    shell: { prompt: false, shortcuts: { full: "ctrl+g", palette: "", toggle: "ctrl+^" } },
    attach: { detachKey: "none", pickerKey: "ctrl+o" },
    session: { scrollbackLines: 0 },
    git: { autoWorktrees: true },
  });
});

test("keys may be swapped between actions, and reused when their own action gets another key", () => {
  const source = `[tui.keymaps.default]\nkill = ["d"]\ndetach = ["k"]\nsort = ["o"]\nfilter = ["s"]`;
  expect(mistakes(source)).toEqual([]);
});

describe("a mistake is named with file, line and key:", () => {
  const cases: [title: string, source: string, expected: string[]][] = [
    [
      "text that is no TOML",
      "[tui]\nmode = \n",
      [
        "/c.toml:2:8: not valid TOML: invalid value. Correct line 2, or start over with 'tsm config install --force'.",
      ],
    ],
    [
      "an unknown key",
      '[tui]\n\nmodee = "full"\n',
      ['/c.toml:3: unknown key "modee" in [tui]. Did you mean "mode"?'],
    ],
    [
      "an unknown key that is near to none",
      "[git]\nsomething = 1",
      ['/c.toml:2: unknown key "something" in [git]. Known here: auto_worktrees.'],
    ],
    [
      "a key outside any table",
      'colour = "red"',
      ['/c.toml:1: unknown key "colour". Known here: tui, shell, attach, session, git.'],
    ],
    [
      "an unknown table",
      "# c\n[tiu]\nmode = 1",
      ['/c.toml:2: unknown table [tiu]. Did you mean "tui"?'],
    ],
    [
      "a value where a table belongs",
      "shell = true",
      ["/c.toml:1: shell is true, but must be a table. Write its keys below a line [shell]."],
    ],
    [
      "a wrong type",
      '[shell]\nprompt = "yes"',
      [
        '/c.toml:2: prompt in [shell] is "yes", but must be true or false. Correct the value; the default is true.',
      ],
    ],
    [
      "a value that is none of the choices",
      '[tui]\nmode = "half"',
      [
        '/c.toml:2: mode in [tui] is "half", but must be "full" or "simplified". Correct the value; the default is "full".',
      ],
    ],
    [
      "a number out of range",
      "[session]\nscrollback_lines = -1",
      [
        "/c.toml:2: scrollback_lines in [session] is -1, but must be a whole number from 0 to 100000. Correct the value; the default is 10000.",
      ],
    ],
    [
      "an unknown action",
      '[tui.keymaps.default]\nkil = ["x"]',
      ['/c.toml:2: unknown action "kil" in [tui.keymaps.default]. Did you mean "kill"?'],
    ],
    [
      "an unknown keymap",
      '[tui.keymaps.palete]\nkill = ["x"]',
      ['/c.toml:1: unknown table [tui.keymaps.palete]. Did you mean "palette"?'],
    ],
    [
      "an unknown key name, on its own line of the list",
      '[tui.keymaps.palette]\nkill = [\n  "ctrl+x", # fine\n  "ctlr+k",\n]',
      [
        '/c.toml:4: unknown key name "ctlr+k" for kill in [tui.keymaps.palette]. Did you mean "ctrl+k"?',
      ],
    ],
    [
      "a key name that is near to none",
      '[tui.keymaps.palette]\nkill = ["hyper+meta+x"]',
      [
        '/c.toml:2: unknown key name "hyper+meta+x" for kill in [tui.keymaps.palette]. Keys are written like "d", "/", "up", "enter", "space", "esc", "tab", "f5" or "ctrl+a".',
      ],
    ],
    [
      "a key that terminals send as another",
      '[tui.keymaps.palette]\nkill = ["ctrl+i"]',
      [
        '/c.toml:2: unknown key name "ctrl+i" for kill in [tui.keymaps.palette]. Terminals send the same byte for ctrl+i and tab; choose another key.',
      ],
    ],
    [
      "keys that are no list",
      '[tui.keymaps.default]\nkill = "x"',
      [
        '/c.toml:2: kill in [tui.keymaps.default] is "x", but must be a list of keys. Write a list such as ["up", "ctrl+p"]; [] means no key.',
      ],
    ],
    [
      "two actions on one key, both in the file",
      '[tui.keymaps.default]\nkill = ["x"]\nrename = ["x"]',
      [
        '/c.toml:3: key "x" in [tui.keymaps.default] has two actions: kill and rename. Give one of them another key; [] leaves an action without.',
      ],
    ],
    [
      "an action on the key of a default",
      '[tui.keymaps.default]\nmove_up = ["up", "k"]',
      [
        '/c.toml:2: key "k" in [tui.keymaps.default] has two actions: kill and move_up. Give one of them another key; [] leaves an action without.',
      ],
    ],
    [
      "a shortcut used twice",
      '[shell.shortcuts]\nfull = "ctrl+g"\ntoggle = "CTRL+G"',
      [
        '/c.toml:3: "ctrl+g" in [shell.shortcuts] is used twice: for full and toggle. Choose another key for one. An empty string "" means no shortcut.',
      ],
    ],
    [
      "a shortcut that is the default of another",
      '[shell.shortcuts]\nfull = "ctrl+]"',
      [
        '/c.toml:2: "ctrl+]" in [shell.shortcuts] is used twice: for full and palette. Choose another key for one. An empty string "" means no shortcut.',
      ],
    ],
    [
      "one key for detaching and for the picker",
      '[attach]\ndetach_key = "ctrl+]"',
      [
        '/c.toml:2: "ctrl+]" in [attach] is used twice: for detach_key and picker_key. Choose another key for one. "none" means no key.',
      ],
    ],
    [
      "a shortcut that is Enter",
      '[shell.shortcuts]\nfull = "ctrl+m"',
      [
        '/c.toml:2: full in [shell.shortcuts] is "ctrl+m", but must be a key such as "ctrl+g", or "" for none. Terminals send the same byte for ctrl+m and enter; choose another key.',
      ],
    ],
    [
      "several at once, in the order of the file",
      '[git]\nauto_worktrees = 1\n[tui]\nkeymap = "vi"',
      [
        "/c.toml:2: auto_worktrees in [git] is 1, but must be true or false. Correct the value; the default is false.",
        '/c.toml:4: keymap in [tui] is "vi", but must be "default" or "palette". Correct the value; the default is "default".',
      ],
    ],
  ];
  test.each(cases)("%s", (_title, source, expected) => {
    expect(mistakes(source)).toEqual(expected);
  });
});
