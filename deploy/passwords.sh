#!/bin/sh
# Give each role of the database in compose.yaml a new password, and write it into secrets/ for those who use it.
# Run it as root in this folder, when the database is up: once at first, and again to rotate all three.
set -eu
umask 077
for role in owner reader loader; do
    password=$(openssl rand -hex 32)
    # Over a pipe and never on a command line, where other accounts could read it.
    printf "ALTER ROLE candour_%s PASSWORD '%s';\n" "$role" "$password" |
        docker compose exec -T --user postgres database psql --quiet --set ON_ERROR_STOP=1 --dbname postgres
    # Written over and not replaced: a running container goes on seeing the same file.
    printf 'database:5432:candour:candour_%s:%s\n' "$role" "$password" > "secrets/$role.pgpass"
    # The database's own client refuses such a file if anyone else may read it.
    chown 10001:10001 "secrets/$role.pgpass"
    chmod 600 "secrets/$role.pgpass"
done
echo "The three roles have new passwords; now: docker compose up -d, and docker compose restart if it was running."
