#!/bin/bash
# As the official image's: root hands over to postgres; an empty data folder becomes a
# cluster with the user, password and database of the variables.
set -e

[[ "${1:-}" = -* ]] && set -- postgres "$@"
[ "${1:-}" = postgres ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -g postgres -m 700 "$PGDATA"
    install -d -o postgres -g postgres -m 3775 /run/postgresql
    exec gosu postgres "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    : "${POSTGRES_PASSWORD:?set it: the database asks for a password}"
    : "${POSTGRES_USER:=postgres}" "${POSTGRES_DB:=$POSTGRES_USER}"
    initdb --username="$POSTGRES_USER" --pwfile=<(echo "$POSTGRES_PASSWORD") \
        --auth-local=trust --auth-host=trust
    echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    if [ "$POSTGRES_DB" != postgres ]; then
        pg_ctl start --wait --options="-c listen_addresses=''"
        createdb --username="$POSTGRES_USER" "$POSTGRES_DB"
        pg_ctl stop --wait --mode=fast
    fi
fi
exec "$@"
