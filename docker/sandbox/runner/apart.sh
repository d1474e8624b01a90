# Starts a process that holds the solution, as a user of its own, and becomes the process of the tests, as root: the solution can
# neither read the tests nor look into what runs them. They talk over two pipes, descriptors 4 and 5 of both.
# Usage: /opt/huxley/bash apart.sh node|python FILE...
kind=$1
shift
python=(/usr/bin/python3 -I -B -X pycache_prefix=/opt/huxley/pycache)
case $kind in
  node) host=(/usr/local/bin/node /opt/huxley/apart/host-node.mjs) tests=(/usr/local/bin/node /opt/huxley/run-node.mjs) ;;
  python) host=("${python[@]}" /opt/huxley/apart/host_python.py) tests=("${python[@]}" /opt/huxley/run_pytest.py) ;;
esac
mkfifo /private/asked /private/answered
(
  exec 3>&- 4</private/asked 5>/private/answered </dev/null >&2
  exec /usr/bin/setpriv --reuid="$HUXLEY_WORKER" --regid="$HUXLEY_WORKER" --clear-groups --no-new-privs \
    /usr/bin/env -i PATH="$PATH" LANG=C.UTF-8 HOME=/tmp TMPDIR=/tmp "${host[@]}"
) &
exec 4>/private/asked 5</private/answered
exec "${tests[@]}" --apart "$@"
