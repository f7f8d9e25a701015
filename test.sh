#!/usr/bin/env bash
# Builds and tests Grid.sln, as `dotnet test` does. --long adds the tests of the category Long, --debug takes that configuration.
# Failures are named again at the end; the last line is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
options=(-c Release)
for argument in "$@"; do
  case $argument in
    --long) options+=(-p:Long=true) ;;
    --debug) options[1]=Debug ;;
    *) sed -n '2,3s/^# //p' "$0" >&2; exit 2 ;;
  esac
done

eng/torch-host    # where it cannot, the tests of libtorch are skipped
log=$(mktemp); trap 'rm -f "$log"' EXIT
# Tests send SIGINT, which is ignored in what a script starts in the background. One project at a time: clusters beside each other are slow.
fresh=(); env --default-signal=INT true 2>/dev/null && fresh=(env --default-signal=INT)
"${fresh[@]}" dotnet test "${options[@]}" --no-progress --max-parallel-test-modules 1 | tee "$log"
code=${PIPESTATUS[0]}
awk '/^failed /{n=9} n-->0' "$log"   # once more at the end, without what they wrote meanwhile
count() { sed -n "s/^  $1: \([0-9]*\)$/\1/p" "$log" | tail -n 1; }
echo "$(count succeeded) passed, $(count failed) failed, $(count skipped) skipped"
exit "$code"
