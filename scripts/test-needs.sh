# What tests use besides this repository: sourced by scripts/test and by CI. POSIX sh.

# Programs or files, and the Debian packages that contain them. Tests of a missing one are skipped.
test_needs='
bash bash
busybox busybox
dash dash
direnv direnv
elvish elvish
fish fish
fzf fzf
groff groff-base
ksh93 ksh93u+m
less less
mksh mksh
nvim neovim
tmux tmux
vim vim
yash yash
zoxide zoxide
zsh zsh
/usr/share/zsh-autosuggestions/zsh-autosuggestions.zsh zsh-autosuggestions
/usr/share/zsh-syntax-highlighting/zsh-syntax-highlighting.zsh zsh-syntax-highlighting
'

# Packages of the missing programs, on one line.
missing_packages() {
  printf '%s' "$test_needs" | while read -r what package; do
    [ -z "$what" ] || [ -e "$what" ] || command -v "$what" >/dev/null || printf '%s ' "$package"
  done
}

# One line about the tests that are skipped here, and how to enable them.
say_skipped() {
  packages=$(missing_packages)
  programs=
  [ -z "$packages" ] || programs="those for which packages are missing (apt-get install ${packages% }), "
  if [ "$(id -u)" = 0 ]; then
    users='those about the limits of ordinary users (run them as one)'
  else
    users='those with a second user and full disks (run them as root)'
  fi
  printf 'Skipped here: %s%s.\n' "$programs" "$users"
}
