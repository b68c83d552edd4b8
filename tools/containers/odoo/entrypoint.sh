#!/bin/bash
# As the official image's: the database comes from variables unless the configuration
# names it; "odoo", "--" or an option starts Odoo once PostgreSQL answers, anything else is
# a command of its own.
set -e

export HOST="${HOST:-db}" PORT="${PORT:-5432}" USER="${USER:-odoo}" PASSWORD="${PASSWORD:-odoo}"

database=()
for key in host port user password; do
    variable="${key^^}"
    if ! grep --quiet --extended-regexp "^\s*db_$key\s*=" "$ODOO_RC"; then
        database+=("--db_$key" "${!variable}")
    fi
done

case "${1:-}" in
    odoo | --) shift ;;
    -*) ;;
    *) exec "$@" ;;
esac

export PGPASSWORD="$PASSWORD"
timeout 30 bash -c 'until psql --host="$HOST" --port="$PORT" --username="$USER" \
    --dbname=postgres --command="SELECT 1" >/dev/null; do sleep 1; done'
unset PGPASSWORD
exec odoo "$@" "${database[@]}"
