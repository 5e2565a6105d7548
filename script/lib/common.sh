# Shared by the shell scripts: words for people, and how to find things. Source it; do not run it.

root_folder="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
cd "$root_folder" || exit 1
export PATH="$root_folder/.venv/bin:$root_folder/node_modules/.bin:$PATH"
export PYTHONUNBUFFERED=1 PYTHONUTF8=1 # our words are Chinese, whatever the terminal's locale

say() { printf '%s\n' "$*"; }
step() { printf '• %s\n' "$*"; }

# fail WHAT [LINE…]: what went wrong, then what to do, one line each; ends the script.
fail() {
  printf '✗ %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

is_recent_python() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Prints the first Python ≥ 3.11 on the path; fails silently when there is none.
find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    # The path may already begin with our own environment: that one must not give birth to itself.
    local path
    for path in $(type -ap "$name"); do
      case "$path" in "$root_folder"/.venv/*) continue ;; esac
      if is_recent_python "$path"; then
        printf '%s\n' "$path"
        return 0
      fi
    done
  done
  return 1
}

# digest FILE…: one SHA-256 over the files' contents, in the order given.
digest() {
  if command -v sha256sum >/dev/null; then cat "$@" | sha256sum; else cat "$@" | shasum -a 256; fi |
    cut -d ' ' -f 1
}

# is_stamped STAMP TEXT: does the stamp file hold exactly this text?
is_stamped() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }
