#!/bin/sh
# Dumps the database that PGHOST and its kin name into $BACKUPS, and keeps the newest $KEEP dumps.
set -eu
PGPASSWORD=$(cat "${PASSWORD_FILE:-/run/secrets/grid/password}")
export PGPASSWORD
dump=$BACKUPS/grid-$(date -u +%Y%m%dT%H%M%SZ).dump
rm -f "$BACKUPS"/*.part
pg_dump --format=custom --no-password --file="$dump.part"
# What cannot be read back is no dump.
pg_restore --list "$dump.part" >/dev/null
mv "$dump.part" "$dump"
ls "$BACKUPS"/grid-*.dump | sort -r | tail -n +$((KEEP + 1)) | while read -r old; do rm "$old"; done
echo "backup: kept $dump of $(wc -c <"$dump") bytes, one of $(ls "$BACKUPS"/grid-*.dump | wc -l)"
