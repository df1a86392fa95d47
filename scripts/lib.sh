# Shared by the scripts beside it, which source it: what is going on, how long it took, and a
# sentence when it failed. Their current directory is the project's.

script=${0##*/}

say() { echo "[$script] $*"; }

fail() {
  echo "[$script] $*" >&2
  exit 1
}

# step "what" command...: runs the command and says how long it took.
step() {
  local what=$1 started=$SECONDS
  shift
  say "$what ..."
  "$@" || fail "$what failed; the reason is above."
  say "$what: done in $((SECONDS - started)) s"
}

# quietly command...: shows the output only if the command fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  ((status == 0)) || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

# build PRESET [TARGET]: configures and builds; nothing to do takes a second.
build() {
  local preset=$1 target=${2:-}
  step "configuring $preset" quietly cmake --preset "$preset"
  step "building $preset" cmake --build --preset "$preset" ${target:+--target "$target"}
}

# Our C++ files, committed or new, one a line.
cxx_files() {
  git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp' | while IFS= read -r file; do
    [[ ! -f $file ]] || printf '%s\n' "$file"
  done
}

# The formatter's version decides the format, so it is pinned.
clang_format() {
  local program
  program=$(command -v clang-format-14) || fail "clang-format-14 is missing; run scripts/install-packages."
  "$program" --style=file "$@"
}
