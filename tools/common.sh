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
