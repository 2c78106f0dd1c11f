# Shared by tools/test and tools/demo; sourced, not run.
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n== %s\n' "$*"; }

# packages_of GROUP...: the Debian packages of these groups of tools/packages.
packages_of() {
  local group
  for group in "$@"; do sed -n "s/^$group: //p" "$top/tools/packages"; done | tr ' ' '\n' | sort -u
}

# need GROUP...: installs the packages of these groups that are missing, as root or through sudo, and says which.
need() {
  local missing=() package as_root=()
  for package in $(packages_of "$@"); do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing from Debian: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# page_packages: the npm packages of the report's page, as its lock file says, where they are not there yet. Without npm or a
# registry the report has static pictures (proofs-notes/decisions/009-report.md), so a failure is said and is not the end.
page_packages() {
  local page=$top/src/report/page
  # Some machines have npm from elsewhere, which Debian's package would conflict with.
  command -v npm >/dev/null || need node || true
  command -v npm >/dev/null || { say "no npm: the report will have static pictures"; return 0; }
  cmp -s "$page/package-lock.json" "$page/node_modules/.installed-lock" && return 0
  say "installing the packages of src/report/page with npm"
  if npm ci --prefix "$page" --ignore-scripts --no-audit --no-fund --silent; then
    cp "$page/package-lock.json" "$page/node_modules/.installed-lock"
  else
    say "npm could not install them: the report will have static pictures"
    rm -rf "$page/node_modules"
  fi
}

# How many compilers may run at once: one a core, and one for each 2.5 GB of free memory (the largest of ours takes 2.4 GB).
jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 2500000)}' /proc/meminfo)
  [ "$memory" -lt 1 ] && memory=1
  echo $((cores < memory ? cores : memory))
}

# configure PRESET [OPTION...]: uses ccache if the machine has it.
configure() {
  local preset=$1
  shift
  VERIMIX_LAUNCHER=$(command -v ccache || true)
  # ccache handles precompiled headers only when told that it may trust them.
  export VERIMIX_LAUNCHER CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
  cmake --preset "$preset" "$@" >"$top/build/configure-$preset.log" 2>&1 || { cat "$top/build/configure-$preset.log"; return 1; }
}

# build PRESET [TARGET...]: configures if needed and builds.
build() {
  local preset=$1
  shift
  configure "$preset"
  cmake --build --preset "$preset" -j "$(jobs)" ${1:+--target "$@"}
}

cd "$top" || exit 1
mkdir -p build
