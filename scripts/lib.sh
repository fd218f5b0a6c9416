# Shared by the scripts beside it. Expects to be sourced with the working directory at the root of
# the repository. POSIX sh; quick when there is nothing to do.

say() { printf '%s\n' "$*" >&2; }

# The Bun version of package.json: the one on PATH if it matches, or a private one in .bun.
find_bun() {
  bun_version=$(sed -n 's/.*"packageManager": "bun@\([^"]*\)".*/\1/p' package.json)
  own=.bun/$bun_version/node_modules/.bin/bun
  if [ -x "$own" ]; then
    BUN=$PWD/$own
  elif on_path=$(command -v bun) && [ "$(bun --version)" = "$bun_version" ]; then
    BUN=$on_path
  else
    fetch_bun
  fi
}

fetch_bun() {
  say "Fetching Bun $bun_version…"
  mkdir -p ".bun/$bun_version"
  if command -v npm >/dev/null; then
    npm install --prefix ".bun/$bun_version" --no-save --no-audit --no-fund --loglevel=error \
      "bun@$bun_version" >&2 || exit 1
  elif command -v bun >/dev/null; then
    (
      cd ".bun/$bun_version"
      printf '{}\n' >package.json
      bun add --exact --trust "bun@$bun_version" >&2
    ) || exit 1
  else
    say "Neither npm nor bun is here to fetch Bun $bun_version with."
    say "Install Node.js with npm, or Bun, and try again."
    exit 1
  fi
  BUN=$PWD/.bun/$bun_version/node_modules/.bin/bun
}

# Installs the packages of bun.lock, again when it or package.json has changed.
install_packages() {
  stamp=node_modules/.installed
  if [ -f "$stamp" ] && [ -z "$(find package.json bun.lock -newer "$stamp")" ]; then return; fi
  say "Installing packages…"
  "$BUN" install --frozen-lockfile >&2 || exit 1
  : >"$stamp"
}

# Builds dist/tsm if a source is newer.
build_host() {
  if [ -x dist/tsm ] &&
    [ -z "$(find src package.json bun.lock scripts/build.ts scripts/runtime -newer dist/tsm -print | head -n 1)" ]; then
    return
  fi
  find_bun
  install_packages
  say "Building dist/tsm…"
  mkdir -p dist
  # Built beside it and moved: a running binary cannot be overwritten.
  "$BUN" scripts/build.ts "dist/.tsm-$$" >&2 && mv -f "dist/.tsm-$$" dist/tsm || exit 1
}

# dist/types: declarations of the library, when a source is newer than they are.
build_types() {
  if [ -f dist/types/index.d.ts ] &&
    [ -z "$(find src scripts/declarations.json -newer dist/types/index.d.ts -print | head -n 1)" ]; then
    return
  fi
  say "Writing declarations to dist/types…"
  rm -rf dist/types
  "$BUN" node_modules/typescript/bin/tsc -p scripts/declarations.json >&2 || exit 1
}
