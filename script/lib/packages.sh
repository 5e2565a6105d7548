# What the machine must have, and how to get it. Source after common.sh.
#
# Each thing is looked for by what it can do, not by its package: it may have come another way.

missing_words=()    # for people: "PostgreSQL server with PostGIS 3"
missing_packages=() # for apt

need() { # need WORDS PACKAGE…
  missing_words+=("$1")
  shift
  missing_packages+=("$@")
}

has_library() { "$python" -c "
import sys
from ctypes.util import find_library
sys.exit(not any(find_library(name) for name in sys.argv[1:]))" "$@"; }

has_chinese_font() {
  command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family 2>/dev/null | head -n 1)" ]
}

find_chromium() {
  local name
  for name in chromium chromium-browser google-chrome; do
    command -v "$name" && return 0
  done
  return 1
}

# The PostGIS package of the PostgreSQL that is here, else of the one that apt would install.
postgis_package() {
  local version
  version="$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | cut -d / -f 5 | sort -n | tail -n 1)"
  if [ -z "$version" ]; then
    version="$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1)"
  fi
  printf 'postgresql-%s-postgis-3\n' "${version:-15}"
}

look_for_python() {
  python="$(find_python)" || {
    python=""
    need "Python 3.11 or newer" python3
  }
  if [ -z "$python" ] || ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    need "Python's venv module" python3-venv
  fi
}

look_for_database() {
  if [ -n "${DATABASE_URL:-}" ]; then return; fi # someone else's PostGIS: nothing to install
  if [ -z "$python" ] || ! "$python" -m script.lib.cluster find >/dev/null 2>&1; then
    need "a PostgreSQL server with PostGIS 3" postgis # replaced by the versioned name below
  fi
}

look_for_libraries() {
  # PostGIS brings all three; with someone else's database they are needed all the same.
  if [[ " ${missing_packages[*]-} " == *" postgis "* ]]; then
    :
  elif [ -z "$python" ] || ! { has_library gdal && has_library geos_c && has_library proj; }; then
    need "the libraries GDAL, GEOS and PROJ" gdal-bin
  fi
  command -v msgfmt >/dev/null && command -v xgettext >/dev/null || need "gettext" gettext
}

look_for_test_tools() {
  # The Node inside Playwright's wheel is linked against it.
  if [ -z "$python" ] || ! has_library atomic; then need "libatomic" libatomic1; fi
  find_chromium >/dev/null || need "Chromium" chromium
  has_chinese_font || need "a Chinese font" fontconfig fonts-noto-cjk
  # Clients of the open API that others wrote: the tests run them against it.
  command -v ogr2ogr >/dev/null || need "GDAL's programs" gdal-bin
  command -v curl >/dev/null || need "curl" curl
}

look_for_everything() { # look_for_everything [--test]
  missing_words=()
  missing_packages=()
  look_for_python
  look_for_database
  look_for_libraries
  if [ "${1:-}" = --test ]; then look_for_test_tools; fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "$@"
}

# Debian starts a server of its own on port 5432 with the package; we need the programs only.
keep_main_cluster_away() {
  if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then return; fi
  as_root mkdir -p /etc/postgresql-common
  as_root sh -c 'file=/etc/postgresql-common/createcluster.conf
    grep -qs "^create_main_cluster" "$file" || echo "create_main_cluster = false" >>"$file"'
}

install_missing() {
  local log="$root_folder/.local/packages.log" packages=() name
  mkdir -p "$root_folder/.local"
  step "Asking Debian for its list of packages"
  apt update >"$log" 2>&1 || fail "The list of packages could not be fetched:" "$(tail -n 3 "$log")"
  for name in "${missing_packages[@]}"; do
    if [ "$name" = postgis ]; then
      name="$(postgis_package)"
      keep_main_cluster_away
    fi
    packages+=("$name")
  done
  step "Installing ${packages[*]} (some minutes on a new machine)"
  apt install --no-install-recommends "${packages[@]}" >>"$log" 2>&1 ||
    fail "The packages could not be installed. The end of .local/packages.log:" "$(tail -n 8 "$log")"
}

explain_missing() { # explain_missing WHY
  local words=() word
  for word in "${missing_words[@]}"; do words+=("- $word"); done
  fail "$1 What is missing:" "${words[@]}" \
    "On Debian or Ubuntu, as root:" \
    "  apt-get update && apt-get install -y --no-install-recommends ${missing_packages[*]/#postgis/$(postgis_package)}" \
    "Then run this again."
}

# Installs what is missing, or says exactly what to install.
ensure_packages() { # ensure_packages [--test]
  look_for_everything "$@"
  if [ ${#missing_words[@]} = 0 ]; then return; fi
  if ! command -v apt-get >/dev/null; then
    explain_missing "This machine has no apt-get."
  elif [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    explain_missing "Installing needs root, and there is no sudo."
  elif [ "$(id -u)" != 0 ] && [ ! -t 0 ] && ! sudo -n true 2>/dev/null; then
    explain_missing "Installing needs root, and sudo would ask for a password."
  fi
  install_missing
  look_for_everything "$@"
  if [ ${#missing_words[@]} != 0 ]; then explain_missing "Installed, and yet not all is found."; fi
}
