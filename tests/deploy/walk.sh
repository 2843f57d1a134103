# A machine that is made for one walk through deploy/README.md and gone with it: run in namespaces of its own by
# test_walk.py, which puts the page's own commands behind this. What a real machine has and this one lacks
# (systemd, sudo, a PostgreSQL service) is stood in for here.
# PYTHON: one with the libraries. POSTGRES: folder of PostgreSQL's programs. PROJECT: folder of the project.
set -eux
ip link set lo up
mount -t tmpfs none /mnt
for folder in etc opt var usr/local root run; do
    upper=/mnt/$(echo "$folder" | tr / _)
    mkdir -p "$upper.upper" "$upper.work"
    mount -t overlay overlay -o "lowerdir=/$folder,upperdir=$upper.upper,workdir=$upper.work" "/$folder"
done
chmod 755 /opt
# The libraries of the test may be in root's own folder.
chmod 711 /root

mkdir -p /opt/candour /mnt/stand-ins
(cd "$PROJECT" && tar -c --exclude=__pycache__ dashboard.py requirements.txt .streamlit access charts data deploy metrics pages reports) |
    tar -x --no-same-owner -C /opt/candour
# What follows is of this machine and not of the commands that are walked through.
unset PYTHONPATH $(env | sed -n 's/^\(CANDOUR_[A-Z_]*\)=.*/\1/p')

cat > /mnt/stand-ins/sudo <<EOF
#!/bin/sh
shift
account=\$1
shift
exec setpriv --reuid "\$account" --regid "\$account" --clear-groups env PATH="$POSTGRES:\$PATH" PGHOST=/run/postgresql "\$@"
EOF

cat > /mnt/stand-ins/systemctl <<'EOF'
#!/bin/sh
# As much of systemd as the page asks for: it starts what the installed units say, as their account.
as_the_unit_says() {
    set -a
    . /etc/candour/candour.env
    set +a
    export PYTHONDONTWRITEBYTECODE=1 HOME=/nonexistent
    cd /opt/candour
    umask 027
    eval "exec setpriv --reuid candour --regid candour --clear-groups --no-new-privs --bounding-set -all $1"
}
said() { sed -n 's/^ExecStart=//p' "/etc/systemd/system/$1" | sed 's/%%/%/g'; }
process() {
    (CANDOUR_PORT=$1 && export CANDOUR_PORT && as_the_unit_says "$(said candour@.service)") > "/mnt/$1.log" 2>&1 &
    echo $! > "/mnt/$1.pid"
}
verb=$1
shift
for unit in "$@"; do
    case "$verb $unit" in
        "enable candour@"*) process "${unit#candour@}" ;;
        "start candour.target") process 8501; process 8502 ;;
        "stop candour.target") kill $(cat /mnt/8501.pid /mnt/8502.pid) ;;
        "start candour-nightly.service") said candour-nightly.service | while read -r line; do (as_the_unit_says "$line") || exit 1; done || exit 1 ;;
        "reload postgresql") sudo -u postgres pg_ctl -D /var/lib/walk/data reload ;;
        "reload nginx") /usr/sbin/nginx ;;
    esac
done
EOF
chmod 755 /mnt /mnt/stand-ins /mnt/stand-ins/*
PATH=/mnt/stand-ins:/usr/local/sbin:$PATH

id postgres > /dev/null 2>&1 || adduser --quiet --system --group --home /var/lib/walk --no-create-home postgres
install -d -o postgres -g postgres /var/lib/walk /run/postgresql
cd /mnt
sudo -u postgres initdb -D /var/lib/walk/data -A peer > /dev/null
sudo -u postgres pg_ctl -D /var/lib/walk/data -o "-c listen_addresses= -c unix_socket_directories=/run/postgresql" -l /var/lib/walk/log -w start > /dev/null

mkdir /mnt/desk
cd /mnt/desk
cp /opt/candour/data/examples/starter/terms.toml .
cat > register.csv <<'EOF'
Ref,Received,Route,Area,Decision,Decided
A1,2020-01-01,right to ask,north,disclosure,2020-02-01
A2,2020-01-02,right to ask,north,disclosure,2020-02-01
EOF
cat > mapping.toml <<'EOF'
extract = "full"
[[tables]]
table = "applications"
file = "register*.csv"
[tables.columns]
application_ref = "Ref"
received_on = "Received"
route = "Route"
area = "Area"
decision = "Decision"
decided_on = "Decided"
EOF
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout certificate.key -out certificate.pem 2> /dev/null
cp terms.toml register.csv mapping.toml certificate.* /opt/candour
"$PYTHON" -m oidc_provider_mock --port 9400 --user-claims '{"sub": "ann@force", "roles": ["candour-analysts"]}' > /mnt/provider.log 2>&1 &
