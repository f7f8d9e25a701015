#!/usr/bin/env bash
# Builds and tests Grid.sln. Where the configured package registry does not serve a package, the projects that need it are left out, each named with what
# it misses, and everything else is tested. A project whose .csproj says <TestedWith>NAME</TestedWith> is tested with ./test.sh --NAME only.
# Tests of the category Long run with ./test.sh --long only.
# The last line is "N passed, N failed, N skipped"; a test project left out counts as one skipped.
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

configuration=Release
filter=(--filter "Category!=Long")
wanted=()
for argument in "$@"; do
  case $argument in
    --help|-h) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
    --debug) configuration=Debug ;;
    --long) filter=() ;;
    --?*) wanted+=("${argument#--}") ;;
    *) echo "test.sh: unknown argument '$argument'; see ./test.sh --help" >&2; exit 2 ;;
  esac
done

work=$(mktemp -d)
part=$PWD/.tested.slnf
trap 'rm -rf "$work" "$part"' EXIT

mapfile -t projects < <(sed -n 's/^Project.*, "\([^"]*\.csproj\)".*/\1/p' Grid.sln | tr '\\' '/')
declare -A missing=()

# NU1101: no such package; NU1102, NU1103: not in this version; NU1603: a package wants another in a version that is not there, and NU1605 is what comes of
# taking the next one. Anything else, such as no network at all, is an error and not a gap in a registry.
if ! dotnet restore Grid.sln >"$work/restore" 2>&1; then
  if grep -E '(error|warning)' "$work/restore" | grep -vE 'NU(110[123]|1603|1605)' | grep -q ' error '; then
    grep ' error ' "$work/restore" | sort -u
    echo "test.sh: restore failed" >&2
    exit 1
  fi
  while IFS=$'\t' read -r project package; do
    project=${project#"$PWD"/}
    [[ " ${missing[$project]-} " == *" $package "* ]] || missing[$project]+="${missing[$project]:+ }$package"
  done < <(sed -nE "s/^ *(.*\.csproj) : error NU110[123]: [^']*(package|packages?:) '?([A-Za-z0-9._-]*[A-Za-z0-9])'?.*/\1\t\3/p
    s/^ *(.*\.csproj) : error NU1603: .* but ([A-Za-z0-9._-]+) [^ ]+ was not found.*/\1\t\2/p" "$work/restore")
  if [ ${#missing[@]} -eq 0 ]; then
    cat "$work/restore"
    exit 1
  fi
fi

skipped=0
tested=()
for project in "${projects[@]}"; do
  with=$(sed -n 's:.*<TestedWith>\(.*\)</TestedWith>.*:\1:p' "$project")
  reason=
  if [ -n "${missing[$project]-}" ]; then
    reason="the package registry does not serve ${missing[$project]}"
  elif [ -n "$with" ] && [[ " ${wanted[*]-} " != *" $with "* ]]; then
    reason="it is tested by ./test.sh --$with"
  fi
  if [ -n "$reason" ]; then
    echo "LEFT OUT $project: $reason"
    [[ $project == tests/* ]] && skipped=$((skipped + 1))
  else
    tested+=("$project")
  fi
done

{
  echo '{ "solution": { "path": "Grid.sln", "projects": ['
  printf '"%s",\n' "${tested[@]//\//\\\\}" | sed '$s/,$//'
  echo '] } }'
} >"$part"
dotnet build "$part" --no-restore -c "$configuration" -v quiet || exit 1

passed=0 failed=0
for project in "${tested[@]}"; do
  [[ $project == tests/* ]] || continue
  name=$(basename "$project" .csproj)
  echo "== $name"
  dotnet test "$project" --no-build -c "$configuration" "${filter[@]}" --logger "trx;LogFileName=$work/$name.trx" --logger "console;verbosity=minimal" || true
  if [ ! -f "$work/$name.trx" ]; then
    echo "$name did not finish"
    failed=$((failed + 1))
    continue
  fi
  counters=$(grep -o '<Counters [^>]*>' "$work/$name.trx")
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<" $counters"; }
  passed=$((passed + $(count passed)))
  failed=$((failed + $(count failed) + $(count error) + $(count timeout) + $(count aborted)))
  skipped=$((skipped + $(count total) - $(count executed)))
done

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
