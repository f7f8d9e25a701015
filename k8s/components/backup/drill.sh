#!/bin/sh
# Restores the newest dump into a server of its own, which nobody else reaches, and asks it for what Grid must find: a dump that was never
# restored is a hope.
set -eu
work=$(mktemp -d)
trap 'pg_ctl stop --pgdata="$work/data" --mode=immediate --silent || true; rm -rf "$work"' EXIT
newest=$(ls "$BACKUPS"/grid-*.dump 2>/dev/null | sort | tail -n 1)
[ -n "$newest" ] || { echo "drill: there is no dump in $BACKUPS"; exit 1; }
[ -z "$(find "$newest" -mtime +2)" ] || { echo "drill: $newest, the newest dump, is older than two days"; exit 1; }
unset PGPASSWORD PGSSLMODE PGSSLROOTCERT PGPORT
export PGHOST="$work" PGUSER=grid PGDATABASE=grid
initdb --pgdata="$work/data" --username=grid --auth=trust --encoding=UTF8 --locale=C --no-sync >/dev/null
pg_ctl start --wait --silent --pgdata="$work/data" --log="$work/log" --options="-c listen_addresses='' -c unix_socket_directories='$work' -c fsync=off"
createdb --maintenance-db=postgres grid
pg_restore --dbname=grid --exit-on-error --no-owner --no-privileges "$newest"
ask() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --command="$1"; }
lost=$(ask "select count(*) from sweep_cells s join sweeps w on w.id = s.sweep left join cells c on c.id = s.cell where w.done + w.failed = w.cells and c.id is null")
[ "$lost" = 0 ] || { echo "drill: $newest lacks $lost cells of finished sweeps"; exit 1; }
echo "drill: $newest holds $(ask 'select count(*) from sweeps') sweeps and $(ask 'select count(*) from cells') cells"
