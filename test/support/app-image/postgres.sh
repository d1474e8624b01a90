set -eu
data=/var/lib/postgresql/data
cd "$(echo /usr/lib/postgresql/*/bin)"
as() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
if [ ! -s "$data/PG_VERSION" ]; then
  install -d -o postgres "$data"
  printf %s "$POSTGRES_PASSWORD" > /tmp/password && chmod a+r /tmp/password
  as ./initdb -D "$data" -U "$POSTGRES_USER" -A scram-sha-256 --pwfile=/tmp/password > /dev/null
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
  echo "CREATE DATABASE $POSTGRES_DB" | as ./postgres --single -D "$data" postgres > /dev/null
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups ./postgres -D "$data" -c listen_addresses='*'
