# Runs as root in a Debian with systemd that has the checkout in /root/spotweb (fresh_debian.py).
set -eu
cd /root/spotweb
say() { printf '%5s s  %s\n' "$(($(date +%s) - begin))" "$1"; begin=$(date +%s); }
fail() { echo "Not so: $1"; journalctl --no-pager -u spotweb -n 40; exit 1; }
ask() { python3 -c "import sys, urllib.request as u; print(u.urlopen('http://127.0.0.1:23090$1', timeout=30).read().decode().strip())" 2>&1 | tail -1; }
await() { for _ in $(seq 120); do if eval "$1"; then return; fi; sleep 1; done; fail "$2"; }
list() { find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /dev -o -path /root -o -path /var/log \) -prune -o -print | sort; }

printf 'PORT=23090\nSANDBOX_PORT=23091\n' >.env
list >/root/before
begin=$(date +%s)
make -s install-service
say "make install-service"
[ "$(systemctl is-active spotweb)" = active ] || fail "it runs"
[ "$(ask /healthz)" = ok ] || fail "it is ready when the command ends: $(ask /healthz)"
[ "$(stat -c %U:%a /var/lib/spotweb/settings.env)" = spotweb:600 ] || fail "nobody else reads the settings"
await '[ "$(ask /healthz)" = ok ]' "it stays well"
household=$(cat /var/lib/spotweb/demo/house.json)
pid=$(systemctl show -P MainPID spotweb)
[ "$(stat -c %U /proc/$pid)" = spotweb ] || fail "it runs as its own user"
for place in /opt/spotweb /etc /usr /var/log; do
    if nsenter -t "$pid" -m -- runuser -u spotweb -- touch $place/x 2>/dev/null; then fail "it can write to $place"; fi
done
memory=$(for one in $(find /proc -maxdepth 1 -user spotweb -printf '%f '); do grep ^Pss: /proc/$one/smaps_rollup; done | awk '{sum += $2} END {print int(sum / 1024)}')
echo "         memory $memory MB with the demo; $(du -sh /opt/spotweb | cut -f1) in /opt/spotweb, $(du -sh /var/lib/spotweb | cut -f1) in /var/lib/spotweb"

begin=$(date +%s)
kill -9 "$pid"
await '[ "$(systemctl show -P NRestarts spotweb)" = 1 ] && [ "$(ask /healthz)" = ok ]' "it is started again"
say "killed, and well again"
spotweb backup 2>&1 | grep -q "Backup: /var/lib/spotweb/backups" || fail "sudo spotweb backup"
[ "$(stat -c %U /var/lib/spotweb/backups/demo/*.zip)" = spotweb ] || fail "the backup belongs to the user of the service"

mkdir -p /etc/systemd/system/spotweb.service.d
printf '[Service]\nMemoryMax=500M\n' >/etc/systemd/system/spotweb.service.d/own.conf
begin=$(date +%s)
make -s install-service >/root/update
say "make install-service, as an update"
grep -q "^Updated" /root/update || fail "it says that it is an update"
[ "$(cat /var/lib/spotweb/demo/house.json)" = "$household" ] || fail "the household is the same"
[ "$(systemctl show -P MemoryMax spotweb)" = 524288000 ] || fail "own changes of the unit stay"
begin=$(date +%s)
systemctl stop spotweb
say "stopped"
[ "$(systemctl show -P Result spotweb)" = success ] || fail "it stops in order"
systemctl start spotweb
if journalctl --no-pager -u spotweb | grep -E "Traceback|not permitted|Permission denied|watchdog"; then fail "its log is quiet"; fi

make -s uninstall-service
list >/root/after
left=$(comm -13 /root/before /root/after | grep -v -E '^/var/lib/spotweb(/|$)' || true)
[ -z "$left" ] || fail "nothing but the data folder is left: $left"
lost=$(comm -23 /root/before /root/after)
[ -z "$lost" ] || fail "nothing else is gone: $lost"
if getent passwd spotweb || getent group spotweb; then fail "the user is gone"; fi
[ "$(stat -c %U:%a /var/lib/spotweb)" = root:700 ] || fail "the data belong to root"
make -s uninstall-service >/dev/null || fail "uninstalled twice"

make -s install-service >/dev/null
[ "$(cat /var/lib/spotweb/demo/house.json)" = "$household" ] || fail "installed again, it is the same household"
await '[ "$(ask /healthz)" = ok ]' "installed again, it is well"
make -s uninstall-service >/dev/null
echo "All of it is so."
