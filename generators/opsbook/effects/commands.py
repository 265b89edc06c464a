"""The table: what each program does. A new program is one line.

* It only shows, whatever its arguments: add its name to `READS`.
* It changes or destroys, whatever its arguments: add it to `CHANGES` or `DESTROYS`.
* It depends on words or options: add a `Rule` to `RULES`, with the phrases that decide.
* It runs another command: add a `Wrapper` in `unwrap.py`.
* Anything else: a function in `special.py`.

A program that is nowhere here is unknown: the author declares what it does.
"""

from __future__ import annotations

import re

from opsbook.effects import special
from opsbook.effects.rule import Call, Judge, Rule, sort_arguments
from opsbook.effects.texts import awk, sed
from opsbook.effects.unwrap import WRAPPERS, contained, kubernetes
from opsbook.effects.words import OUTPUT, Sight, Word, named, shown

READS = named(
    """
    : [ [[ apropos apt-cache arch b2sum base32 base64 basename bc blkid break cal cat cd cksum cmp column comm
    continue cut df diff diff3 dig dircolors dirname dirs dmidecode dpkg-query du echo egrep exit expand expr
    factor false fgrep file fmt fold free getconf getent getopt getopts grep groups hash head hexdump host
    hostid htop id iftop iostat iotop jobs join jq last lastb lastlog less let local logname look ls lsattr
    lsblk lscpu lsmem lsmod lsns lsof lspci lsusb lvs lvdisplay man md5sum more mpstat mtr namei netstat nl
    nproc nslookup numfmt od paste pathchk pg_amcheck pg_controldata pg_isready pg_lsclusters pg_test_timing
    pg_verifybackup pg_waldump pgrep pidof pidstat ping ping6 pmap popd pr printenv printf promtool ps pstree
    ptx pushd pv pvs pvdisplay pwd pwdx readlink realpath redis-check-rdb return rev sar seq set sha1sum
    sha224sum sha256sum sha384sum sha512sum shift shopt shellcheck sleep slabtop smem stat strings stty sum
    tac tail test times tload top tput tr tracepath traceroute true tsort tty type typeset ulimit umask
    unalias uname unexpand unset uptime users vgs vgdisplay vmstat w wait wc whatis whereis which who whoami
    whois yes zcat zgrep zless bzcat xzcat zstdcat read mapfile readarray export declare readonly zdiff
    zipinfo sensors numastat lslocks lslogins lsipc findmnt yamllint pg_config
    """
)
CHANGES = named(
    """
    adduser addgroup apachectl a2enmod a2dismod a2ensite a2dissite bg certbot chage chattr chcon chfn chgrp
    chmod chown chpasswd chsh clusterdb createdb createuser depmod disown fg fstrim gpasswd groupadd groupmod
    hwclock initdb insmod install ldconfig link ln logger logrotate lvcreate lvextend lvrename make-ssl-cert
    mkdir mkfifo mknod mktemp modprobe mv newgrp newusers ntpdate partprobe passwd patch pgbench pg_basebackup
    pg_createcluster pg_restorecluster pvcreate redis-server valkey-server reindexdb renice resize2fs
    restorecon rmdir rsyslogd scp setcap setfacl ssh-copy-id ssh-keygen split csplit touch tune2fs umount
    unzip update-ca-certificates update-grub update-initramfs useradd usermod vacuumdb vgcreate vgextend vipw
    visudo wall write xfs_growfs zip mail mailx sendmail
    mutt e2fsck swapon swapoff losetup ab wrk hey siege redis-benchmark ssh-add ssh-agent htpasswd vim vi nano
    ed emacs update-rc.d update-alternatives locale-gen dpkg-reconfigure mkswap-file
    """
)
DESTROYS = named(
    """
    badblocks blkdiscard cfdisk debugfs deluser delgroup dropdb dropuser gdisk groupdel halt init lvreduce
    lvremove mkfs mkswap mke2fs pg_dropcluster pg_resetwal pg_rewind pg_archivecleanup pg_upgrade poweroff
    pvremove reboot sgdisk shutdown telinit userdel vgremove vgreduce wipe wipefs xfs_repair zap srm
    """
)

_KUBE = "-n --namespace --context --kubeconfig --cluster --user --as --server -s --request-timeout --token"
_DOCKER = "-H --host -c --context --config -l --log-level"
_COMPOSE = "-f --file -p --project-name --profile --env-file --project-directory --ansi --parallel --progress"
_EXEC = "-e --env -u --user -w --workdir --env-file --detach-keys --index"
_RUN = (
    _EXEC
    + " -v --volume -p --publish --name --network --net --mount --entrypoint --hostname -h --label -l --memory -m "
    "--cpus --restart --add-host --cap-add --cap-drop --device --dns --group-add --gpus --link --log-driver "
    "--log-opt "
    "--pid --platform --pull --security-opt --shm-size --tmpfs --ulimit --volumes-from --ipc -a --attach "
    "--cidfile --ip "
    "--user --userns --stop-signal --stop-timeout --health-cmd --runtime"
)

PACKER = Rule("change", harmless="-l, -t, --list, --test, -V, --version, -h, --help")
"""What packs files, or lists and tests what is packed."""

DOCKER = Rule(
    "unknown",
    read="ps, images, logs, inspect, info, version, stats, top, diff, port, history, events, search, image ls, "
    "image list, "
    "image inspect, image history, container ls, container list, container ps, container logs, container inspect, "
    "container stats, container top, container port, container diff, volume ls, volume list, volume inspect, "
    "network ls, "
    "network list, network inspect, system df, system info, system events, context ls, context show, "
    "context inspect, "
    "service ls, service ps, service logs, service inspect, stack ls, stack ps, stack services, node ls, "
    "node ps, node inspect, "
    "manifest inspect, buildx ls, buildx inspect, plugin ls, secret ls, config ls, scout cves",
    change="start, stop, restart, pause, unpause, update, rename, pull, push, tag, build, create, cp, commit, "
    "load, import, "
    "login, logout, wait, container start, container stop, container restart, container pause, container unpause, "
    "container update, container rename, container create, container cp, container commit, image pull, image push, "
    "image tag, image build, image load, image import, network create, network connect, network disconnect, "
    "volume create, service create, service update, service scale, service rollback, stack deploy, node update, "
    "swarm init, swarm join, secret create, config create, context use, context create, buildx build, buildx create, "
    "save -o, save --output, image save -o, export -o, export --output, plugin install, buildx use",
    destructive="rm, rmi, kill, container rm, container kill, image rm, image remove, volume rm, "
    "volume remove, network rm, "
    "network remove, system prune, container prune, image prune, volume prune, network prune, builder prune, "
    "buildx prune, buildx rm, service rm, stack rm, stack down, node rm, swarm leave, secret rm, config rm, "
    "context rm, plugin rm",
    harmless="--help",
    first=_DOCKER,
)
COMPOSE = Rule(
    "unknown",
    read="ps, logs, config, images, top, port, version, ls, events, stats, volumes, convert",
    change="up, start, stop, restart, pause, unpause, pull, push, build, create, cp, scale, down, rm, watch, "
    "config -o, config --output",
    destructive="down -v, down --volumes, down --rmi, rm -v, kill, up -V, up --renew-anon-volumes",
    harmless="--dry-run, --help",
    first=_COMPOSE,
    takes="--tail --since --until -n -t --timeout --scale --pull --format --index",
)
KUBECTL = Rule(
    "unknown",
    read="get, describe, logs, top, explain, api-resources, api-versions, version, cluster-info, diff, wait, "
    "kustomize, auth can-i, "
    "auth whoami, config view, config get-contexts, config get-clusters, config get-users, config current-context, "
    "rollout status, rollout history, events, options, plugin list, port-forward, completion, "
    "certificate list, set env --list",
    change="apply, create, replace, patch, edit, label, annotate, scale, autoscale, expose, set, cordon, "
    "uncordon, taint, drain, "
    "rollout restart, rollout undo, rollout pause, rollout resume, cp, config use-context, config set, "
    "config set-context, config set-cluster, config set-credentials, config rename-context, delete pod, delete pods, "
    "delete po, delete event, delete events, certificate approve, certificate deny, auth reconcile, "
    "cluster-info dump --output-directory",
    destructive="delete, delete pod --force, delete pods --force, delete po --force, delete pod --now, "
    "delete pods --now, delete pod --grace-period=0, delete pods --grace-period=0, delete pod -f, "
    "delete pods -f, apply --prune, replace --force, drain --delete-emptydir-data, drain --delete-local-data, "
    "drain --force, "
    "drain --disable-eviction, config delete-context, config delete-cluster, config unset, config delete-user, "
    "apply --force",
    harmless="--dry-run=client, --dry-run=server, set env --list, --help",
    takes=_KUBE
    + " -l --selector -o --output -c --container -f --filename --dry-run --tail --since --timeout --sort-by -p --patch "
    "--field-selector --from-literal --from-file --from-env-file --type --grace-period --replicas --image "
    "--for --to-revision --cascade",
)
HELM = Rule(
    "unknown",
    read="list, ls, status, history, get, show, inspect, template, search, lint, version, env, repo list, "
    "dependency list, verify, "
    "diff, plugin list, registry",
    change="install, upgrade, rollback, repo add, repo update, repo remove, dependency update, "
    "dependency build, pull, push, "
    "package, create, plugin install, registry login, template --output-dir",
    destructive="uninstall, delete, del, un, upgrade --force, upgrade --reset-values, rollback --force",
    unknown="test, upgrade --post-renderer, install --post-renderer, template --post-renderer",
    harmless="--dry-run, --dry-run=client, --dry-run=server, --help",
    takes="-n --namespace --kube-context --kubeconfig -f --values --set --set-string --set-file --version "
    "--timeout -o --output",
)

RULES: dict[str, Judge] = {
    "aa-status": Rule("read"),
    "alembic": Rule(
        "unknown",
        read="current, history, heads, branches, show, check, list_templates",
        change="upgrade, stamp, revision, merge, init, edit, ensure_version",
        destructive="downgrade, stamp --purge",
        harmless="upgrade --sql, downgrade --sql, --help",
        first="-c --config -n --name -x",
    ),
    "apt": Rule(
        "unknown",
        read="list, show, search, policy, depends, changelog",
        change="update, install, upgrade, full-upgrade, reinstall, autoclean, clean, download, satisfy",
        destructive="remove, purge, autoremove, autopurge, install --purge",
        harmless="-s, --simulate, --dry-run",
    ),
    "apt-mark": Rule("change", read="showhold, showmanual, showauto"),
    "aws": special.aws,
    "awk": awk,
    "az": special.grep_words(
        "list show get-credentials-info get version account-show query logs download-logs",
        "create update start stop restart set add deploy scale login assign attach detach upgrade import export",
        "delete remove purge destroy deallocate",
    ),
    "borg": Rule(
        "unknown",
        read="list, info, check, diff",
        change="create, init, extract, mount, key export",
        destructive="delete, prune, compact, recreate",
    ),
    "btrfs": Rule(
        "unknown",
        read="filesystem df, filesystem show, filesystem usage, subvolume list, subvolume show, scrub status, "
        "device stats",
        change="subvolume create, subvolume snapshot, scrub start, balance start, filesystem resize",
        destructive="subvolume delete, device remove, device delete",
    ),
    "consul": Rule(
        "unknown",
        read="members, info, kv get, catalog, operator raft list-peers, monitor, version",
        change="kv put, reload, join, snapshot save, maint",
        destructive="kv delete, leave, force-leave, snapshot restore, operator raft remove-peer",
        whole=True,
    ),
    "cp": special.write_files,
    "crictl": Rule(
        "unknown",
        read="ps, pods, images, logs, inspect, info, stats, version",
        change="pull, start, stop",
        destructive="rm, rmi, rmp, stopp",
    ),
    "crontab": special.crontab,
    "cryptsetup": Rule(
        "unknown",
        read="status, luksDump, isLuks, benchmark",
        change="open, luksOpen, close, luksClose, luksAddKey, resize, luksHeaderBackup",
        destructive="luksFormat, format, erase, luksErase, luksKillSlot, luksRemoveKey, luksHeaderRestore, reencrypt",
    ),
    "curl": special.curl,
    "date": Rule("read", change="-s, --set", takes="-d -f -r --date --file --reference"),
    "dd": special.dd,
    "dmesg": Rule("read", destructive="-c, -C, --clear, --read-clear", takes="-l -f -s -n"),
    "docker": DOCKER,
    "docker compose": COMPOSE,
    "docker compose exec": contained(_EXEC),
    "docker compose run": contained(_RUN, least="change"),
    "docker container exec": contained(_EXEC),
    "docker container run": contained(_RUN, least="change"),
    "docker exec": contained(_EXEC),
    "docker run": contained(_RUN, least="change"),
    "dpkg": Rule(
        "change",
        read="-l, -L, -s, -S, --list, --status, --get-selections, --verify, -V",
        destructive="-r, -P, --remove, --purge",
    ),
    "etcdctl": Rule(
        "unknown",
        read="get, endpoint health, endpoint status, member list, alarm list, watch, snapshot status, version, "
        "check perf, user list",
        change="put, snapshot save, member add, compact, defrag, lease grant, move-leader, user add, alarm disarm",
        destructive="del, member remove, snapshot restore, lease revoke, user delete",
        takes="--endpoints --cacert --cert --key --user",
    ),
    "fallocate": Rule("change", destructive="-p, -c, -z, --punch-hole, --collapse-range, --zero-range", takes="-l -o"),
    "fdisk": Rule("destructive", harmless="-l, --list, -v, --version"),
    "find": special.find,
    "flatpak": Rule("unknown", read="list, info", change="install, update", destructive="uninstall"),
    "fly": Rule(
        "unknown", read="status, logs, apps list", change="deploy, scale, restart", destructive="apps destroy, destroy"
    ),
    "flyway": Rule(
        "unknown", read="info, validate", change="migrate, baseline, repair", destructive="clean, undo", whole=True
    ),
    "fsck": Rule("change", harmless="-n, -N"),
    "fuser": Rule("read", destructive="-k, --kill"),
    "gcloud": special.gcloud_ssh,
    "gh": Rule(
        "unknown",
        read="pr list, pr view, pr status, pr checks, pr diff, issue list, issue view, issue status, run list, "
        "run view, run watch, "
        "run download --help, release list, release view, repo list, repo view, workflow list, workflow view, "
        "auth status, "
        "secret list, variable list, gist list, gist view, search, status, browse, cache list, ruleset list, "
        "label list",
        change="pr create, pr edit, pr merge, pr close, pr reopen, pr comment, pr review, pr ready, "
        "pr checkout, issue create, "
        "issue edit, issue close, issue reopen, issue comment, run rerun, run cancel, run download, release create, "
        "release edit, release upload, release download, repo create, repo clone, repo fork, repo edit, "
        "repo sync, workflow run, "
        "workflow enable, workflow disable, auth login, auth logout, auth refresh, secret set, variable set, "
        "gist create, "
        "gist edit, label create, label edit",
        destructive="release delete, release delete-asset, repo delete, repo archive, secret delete, "
        "variable delete, gist delete, "
        "issue delete, run delete, cache delete, label delete, pr merge -d, pr merge --delete-branch, ssh-key delete",
        takes="-R --repo -L --limit -f --json -q --jq -t",
    ),
    "gh api": special.gh_api,
    "git": special.git,
    "gpg": special.by_option(
        "--verify --list-keys -k --list-secret-keys -K --list-packets --fingerprint --export --version "
        "--check-signatures "
        "-d --decrypt --show-keys --list-sigs --print-md --card-status --help",
        "--import --sign -s --clearsign -b --detach-sign -c --symmetric -e --encrypt --gen-key --generate-key "
        "--full-generate-key --quick-generate-key --edit-key -o --output --recv-keys --send-keys --refresh-keys "
        "--sign-key --lsign-key --import-ownertrust --dearmor --export-secret-keys --gen-revoke --receive-keys",
        "--delete-keys --delete-secret-keys --delete-secret-and-public-key --delete-key --delete-secret-key",
        "-r -u -o --recipient --local-user --homedir --passphrase --passphrase-file --keyserver "
        "--pinentry-mode --output",
    ),
    "gsutil": Rule(
        "unknown",
        read="ls, stat, du, cat, version, hash",
        change="cp, mv, mb, rsync, acl, setmeta, versioning, lifecycle",
        destructive="rm, rb, rsync -d, rewrite",
        first="-h -o -u",
    ),
    "hdparm": Rule(
        "change",
        read="-I, -i, -t, -T, -g",
        destructive="--security-erase, --trim-sector-ranges, --make-bad-sector",
        whole=True,
    ),
    "helm": HELM,
    **dict.fromkeys(("gzip", "gunzip", "bzip2", "bunzip2", "xz", "unxz", "zstd", "unzstd", "lz4", "unlz4"), PACKER),
    "hostname": special.hostname,
    "hostnamectl": Rule("read", change="set-hostname, hostname, set-chassis, set-deployment"),
    "http": special.httpie,
    "https": special.httpie,
    "ifconfig": Rule("read", change="-a --change"),
    "ip": special.ip,
    "ip6tables": Rule(
        "change",
        read="",
        destructive="-F, -X, -Z, --flush, --delete-chain",
        harmless="-L, -S, -C, --list, --list-rules, --check, -V",
        takes="-t -s -d -p -j -i -o -m --dport --sport -w",
    ),
    "iptables": Rule(
        "change",
        destructive="-F, -X, -Z, --flush, --delete-chain, -P, --policy",
        harmless="-L, -S, -C, --list, --list-rules, --check, -V",
        takes="-t -s -d -p -j -i -o -m --dport --sport -w --comment",
    ),
    "iptables-restore": Rule("change"),
    "iptables-save": Rule("read", change="-f, --file"),
    "journalctl": Rule(
        "read",
        change="--rotate, --flush, --sync, --relinquish-var, --setup-keys, --update-catalog",
        destructive="--vacuum-size, --vacuum-time, --vacuum-files",
        takes="-u -n -S -U -o -p -g -t -b -D --unit --lines --since --until --output --priority --grep",
    ),
    "kafka-topics.sh": Rule(
        "unknown", read="--list, --describe", change="--create, --alter", destructive="--delete", whole=True
    ),
    "kill": special.kill,
    "killall": special.kill,
    "kubectl": KUBECTL,
    "kubectl debug": kubernetes(_KUBE + " --image -c --target", least="change"),
    "kubectl exec": kubernetes(_KUBE + " -c --container --pod-running-timeout"),
    "kubectl run": kubernetes(_KUBE + " --image --restart --env --labels -l --overrides", least="change"),
    "loginctl": Rule(
        "read",
        change="lock-session, enable-linger, disable-linger",
        destructive="terminate-session, terminate-user, kill-session, kill-user",
    ),
    "lvchange": Rule("change"),
    "mc": Rule(
        "unknown",
        read="ls, stat, du, cat, admin info, diff, find",
        change="cp, mv, mb, alias, put, get",
        destructive="rm, rb, mirror --remove",
    ),
    "mdadm": Rule(
        "change",
        harmless="--detail, -D, --examine, -E",
        destructive="--zero-superblock, --stop, -S, --fail, -f, --remove, -r, --create, -C",
    ),
    "mongodump": Rule("change"),
    "mongorestore": Rule("change", destructive="--drop"),
    "mongosh": special.mongo,
    "mongo": special.mongo,
    "mount": special.mount,
    "multipath": Rule("change", read="-l, -ll"),
    "mysql": special.mysql,
    "mariadb": special.mysql,
    "mysqladmin": Rule(
        "unknown",
        read="ping, status, extended-status, processlist, variables, version",
        change="create, flush-logs, flush-privileges, flush-tables, flush-hosts, reload, refresh, password, "
        "start-replica, start-slave, stop-slave, stop-replica",
        destructive="drop, kill, shutdown",
        takes="-h -u -P -S --host --user --port --socket -i",
    ),
    "mysqldump": Rule(
        "read",
        change="-r, --result-file, -T, --tab, --flush-logs",
        destructive="--delete-master-logs, --delete-source-logs",
        takes="-h -u -P -S --host --user --where -w",
    ),
    "mysqlcheck": Rule("change", harmless="-c, --check"),
    "nc": special.nc,
    "ncat": special.nc,
    "netcat": special.nc,
    "networkctl": Rule("read", change="up, down, reload, reconfigure, renew"),
    "nft": Rule("change", read="list", destructive="flush, delete, destroy, reset", takes="-f"),
    "nginx": Rule("change", harmless="-t, -T, -v, -V", takes="-c -p -g -s"),
    "nmcli": special.grep_words(
        "show status list monitor", "up down connect disconnect modify add edit reload on off", "delete"
    ),
    "nomad": Rule(
        "unknown",
        read="status, job status, node status, alloc status, alloc logs, server members, job plan",
        change="job run, run, job dispatch, job revert, node eligibility, alloc restart",
        destructive="job stop, stop, node drain, system gc, job purge",
        whole=True,
    ),
    "npm": Rule(
        "unknown",
        read="ls, list, ll, view, info, show, outdated, audit, root, bin, prefix, config get, config list, "
        "ping, whoami, search, explain, why, "
        "pack --dry-run, doctor, fund, get, query, help, dist-tag ls, owner ls",
        change="install, i, ci, add, update, up, upgrade, audit fix, publish, link, prune, dedupe, rebuild, "
        "pack, version, config set, set, "
        "cache clean, cache verify, init, login, logout, dist-tag add, deprecate, uninstall, un, remove, rm, "
        "shrinkwrap",
        destructive="unpublish, dist-tag rm, owner rm, token revoke",
        takes="--prefix -w --workspace --registry",
    ),
    "openssl": Rule(
        "unknown",
        read="x509, version, verify, dgst, rand, enc, req, rsa, ec, pkey, pkcs12, crl, ciphers, s_time, speed, "
        "asn1parse, genrsa, genpkey, "
        "ecparam, dhparam, passwd, base64, sha256, ocsp, crl2pkcs7, pkcs7, pkcs8, list, errstr, prime, "
        "storeutl, cms, smime, help",
        change="ca, x509 -out, req -out, req -keyout, enc -out, rsa -out, ec -out, pkey -out, pkcs12 -out, "
        "rand -out, rand -writerand, "
        "dgst -out, genrsa -out, genpkey -out, ecparam -out, dhparam -out, x509 -CAcreateserial, crl -out, "
        "pkcs7 -out, "
        "pkcs8 -out, cms -out, smime -out, base64 -out, s_server",
        takes="-in -pass -passin -passout -out -keyout -iter -key -subj -days -newkey -CA -CAkey -CAfile "
        "-connect -servername",
        whole=True,
    ),
    "openssl s_client": special.s_client,
    "parted": Rule("destructive", harmless="-l, --list, -v, --version"),
    "patronictl": Rule(
        "unknown",
        read="list, topology, history, show-config, version, dsn",
        change="failover, switchover, restart, reload, pause, resume, edit-config, flush",
        destructive="reinit, remove",
        takes="-c --config-file -d --dcs-url",
    ),
    "perl": Rule("unknown", harmless="-v, --version"),
    "pg_checksums": Rule("change", harmless="-c, --check"),
    "pg_ctl": Rule(
        "unknown",
        read="status",
        change="start, stop, restart, reload, promote, logrotate, init, initdb",
        destructive="stop -m=immediate, stop --mode=immediate, kill",
        harmless="--version, --help",
        takes="-D -l -m -o -p -t -s --pgdata --log --mode --options --timeout",
    ),
    "pg_ctlcluster": special.grep_words("status", "start stop restart reload promote", ""),
    "pg_dump": Rule(
        "read",
        change="-f, --file",
        takes="-F -h -p -U -d -t -n -N -T -j -Z -E -S --format --table --schema --host --port --username --dbname",
    ),
    "pg_dumpall": Rule("read", change="-f, --file", takes="-h -p -U -d -l"),
    "pg_receivewal": Rule("change", destructive="--drop-slot", takes="-D -h -p -U -S --slot"),
    "pg_recvlogical": Rule("change", destructive="--drop-slot, --start", takes="-d -h -p -U -S -f --slot"),
    "pg_restore": Rule(
        "read",
        change="-d, --dbname, -f, --file, -C, --create",
        destructive="-c, --clean",
        harmless="-l, --list, --version, --help",
        takes="-d -f -F -h -p -U -j -n -N -t -I -L -P -S -T --dbname --file --format --host --jobs --table "
        "--schema --username",
    ),
    "pgbackrest": Rule(
        "unknown",
        read="info, check, verify, version, repo-ls, repo-get, archive-get --help",
        change="backup, archive-push, archive-get, stanza-create, stanza-upgrade, start, stop, annotate",
        destructive="restore, expire, stanza-delete, repo-rm",
    ),
    "barman": Rule(
        "unknown",
        read="list-server, list-servers, list-backup, list-backups, show-backup, check, status, show-server",
        change="backup, cron, switch-wal, receive-wal, keep",
        destructive="delete, recover, restore",
    ),
    "wal-g": Rule(
        "unknown",
        read="backup-list, wal-show, wal-verify",
        change="backup-push, wal-push, wal-fetch, backup-mark",
        destructive="delete, backup-fetch, st rm",
    ),
    "repmgr": Rule(
        "unknown",
        read="cluster show, node check, node status, daemon status, cluster event",
        change="standby register, standby promote, standby follow, standby switchover, primary register",
        destructive="node rejoin, standby clone, primary unregister, standby unregister",
    ),
    "pip": Rule(
        "unknown",
        read="list, show, freeze, check, index, config list, config get, cache list, cache info, debug, inspect, help",
        change="install, uninstall, download, wheel, config set, cache purge, cache remove",
        harmless="--version, -V, --help, install --dry-run",
    ),
    "pkill": special.kill,
    "pm2": Rule(
        "unknown",
        read="list, ls, status, logs, show, monit, describe",
        change="start, stop, restart, reload, save, scale, startup",
        destructive="delete, kill, flush",
    ),
    "podman": DOCKER,
    "podman exec": contained(_EXEC),
    "podman run": contained(_RUN, least="change"),
    "poetry": Rule(
        "unknown",
        read="show, check, version, env info, config --list",
        change="install, add, remove, update, lock, publish, build",
    ),
    "psql": special.psql,
    "pulumi": Rule(
        "unknown",
        read="preview, stack ls, stack output, config, whoami",
        change="config set, refresh, stack select, stack init, import",
        destructive="up, destroy, stack rm, state delete",
    ),
    "python": special.python,
    "rabbitmqctl": Rule(
        "unknown",
        read="status, list_queues, list_exchanges, list_connections, list_users, list_vhosts, list_consumers, "
        "cluster_status, environment, ping, list_permissions, list_bindings, list_channels, node_health_check",
        change="add_user, change_password, set_permissions, set_policy, start_app, stop_app, close_connection, "
        "add_vhost, set_user_tags, eval_file",
        destructive="delete_queue, purge_queue, delete_user, delete_vhost, reset, force_reset, "
        "forget_cluster_node, stop, shutdown, close_all_connections",
        first="-n -q -t",
    ),
    "rclone": Rule(
        "unknown",
        read="ls, lsd, lsl, lsf, lsjson, size, check, cat, about, listremotes",
        change="copy, copyto, move, moveto, mkdir, touch, mount",
        destructive="delete, deletefile, purge, sync, cleanup, rmdirs, dedupe, bisync",
        harmless="-n, --dry-run",
    ),
    "redis-check-aof": Rule("read", destructive="--fix, --truncate-to-timestamp"),
    "redis-cli": special.redis_cli,
    "resolvectl": Rule("read", change="flush-caches, dns, domain, revert"),
    "restic": Rule(
        "unknown",
        read="snapshots, ls, find, stats, check, diff, cat, list, version",
        change="backup, init, restore, mount, copy, tag, unlock, key",
        destructive="forget, prune, key remove, rewrite",
        takes="-r --repo -p --password-file",
    ),
    "rm": special.remove,
    "route": Rule("read", change="add, del"),
    "rpm": Rule("change", harmless="-q, -qa, -V, --query, --verify", destructive="-e, --erase"),
    "rsync": special.rsync,
    "rg": Rule("read", unknown="--pre"),
    "sed": sed,
    "service": special.grep_words("status --status-all", "start stop restart reload force-reload try-restart", ""),
    "setenforce": Rule("change"),
    "sfdisk": Rule("destructive", harmless="-l, --list, -d, --dump, -J"),
    "shuf": Rule("read", change="-o, --output", takes="-n -i"),
    "shred": special.remove,
    "smartctl": Rule("read", change="-s, -t, -S, -o, -X", takes="-d -l -n -T"),
    "snap": Rule(
        "unknown",
        read="list, info, find, version, services, changes, logs",
        change="install, refresh, start, stop, restart, set, enable, disable, revert",
        destructive="remove, forget, restore",
    ),
    "sort": special.sort,
    "sqlite3": special.sqlite,
    "ss": Rule("read", change="-K, --kill", takes="-f -A -F"),
    "stripe": Rule(
        "unknown",
        read="version, status, logs tail, get",
        change="events resend, login, trigger, listen, post",
        destructive="delete",
        harmless="--version, --help",
    ),
    "supervisorctl": Rule(
        "unknown",
        read="status, tail, version, avail, maintail, pid",
        change="start, stop, restart, reload, reread, update, add, signal",
        destructive="clear, shutdown, remove",
        first="-c -s -u -p",
    ),
    "svn": Rule(
        "unknown",
        read="log, diff, info, status, list, cat, blame",
        change="checkout, update, commit, add, copy, mkdir, export, merge",
        destructive="delete, revert, cleanup",
    ),
    "sysctl": special.sysctl,
    "systemctl": Rule(
        "unknown",
        read="status, is-active, is-enabled, is-failed, is-system-running, list-units, list-unit-files, "
        "list-timers, list-sockets, "
        "list-dependencies, list-jobs, list-machines, show, cat, help, get-default, show-environment, "
        "list-automounts",
        change="start, stop, restart, reload, try-restart, reload-or-restart, enable, disable, reenable, "
        "preset, mask, unmask, link, "
        "daemon-reload, daemon-reexec, set-property, edit, revert, reset-failed, set-default, set-environment, "
        "unset-environment, import-environment, cancel, freeze, thaw, isolate, add-wants, add-requires, kill, "
        "suspend, hibernate",
        destructive="poweroff, halt, reboot, kexec, emergency, rescue, exit, soft-reboot, clean, kill -s=KILL, "
        "kill --signal=KILL, "
        "kill -s=SIGKILL, kill --signal=SIGKILL, kill -s=9, kill --signal=9",
        takes="-n -p -t -H -M -o -s --lines --property --type --state --host --machine --output --signal --kill-whom",
    ),
    "systemd-analyze": Rule("read"),
    "systemd-tmpfiles": Rule("change", destructive="--clean, --remove, --purge"),
    "tar": special.archive,
    "tc": special.grep_words("show ls list", "add change replace", "del delete"),
    "tee": special.write_files,
    "terraform": special.terraform,
    "tofu": special.terraform,
    "timedatectl": Rule("read", change="set-time, set-timezone, set-ntp, set-local-rtc"),
    "tmux": Rule("unknown", read="ls, list-sessions, list-windows, capture-pane"),
    "tree": Rule("read", change="-o", takes="-L -P -I"),
    "truncate": special.truncate,
    "tshark": Rule("read", change="-w", takes="-i -f -Y -c -T -e -r"),
    "tcpdump": Rule("read", change="-w", unknown="-z", takes="-i -c -s -r -W -C -G"),
    "ufw": Rule("change", read="status, show, version, app list, app info", destructive="reset", harmless="--dry-run"),
    "uniq": special.second_file,
    "unlink": special.remove,
    "uv": Rule(
        "unknown",
        read="pip list, pip show, pip freeze, pip check, tree, version, python list",
        change="pip install, pip uninstall, pip sync, sync, add, remove, lock, venv, python install, tool install",
    ),
    "valkey-cli": special.redis_cli,
    "vault": Rule(
        "unknown",
        read="status, read, list, kv get, kv list, kv metadata get, secrets list, auth list, policy list, "
        "policy read, token lookup, version, lease lookup",
        change="write, kv put, kv patch, kv rollback, secrets enable, auth enable, policy write, token create, "
        "token renew, login, unseal, operator unseal, lease renew, operator raft snapshot save, kv undelete",
        destructive="delete, kv delete, kv destroy, kv metadata delete, secrets disable, auth disable, "
        "policy delete, token revoke, lease revoke, operator seal, operator raft snapshot restore, "
        "operator rekey, operator rotate, operator init",
        whole=True,
    ),
    "vercel": Rule(
        "unknown",
        read="list, ls, whoami, inspect, logs, env ls, domains ls, projects ls, alias ls",
        change="deploy, rollback, promote, alias, alias set, env add, redeploy, link, pull, build, env pull, login",
        destructive="remove, rm, env rm, domains rm, projects rm, alias rm",
        takes="--scope -S --token -t --cwd",
        harmless="--version, --help",
    ),
    "vgchange": Rule("change"),
    "virsh": Rule(
        "unknown",
        read="list, dominfo, domstate, dumpxml, net-list, vol-list",
        change="start, shutdown, reboot, suspend, resume, snapshot-create, define, autostart",
        destructive="destroy, undefine, vol-delete, snapshot-delete, snapshot-revert, reset",
    ),
    "wget": special.wget,
    "xxd": special.second_file,
    "yarn": Rule(
        "unknown",
        read="list, info, why, outdated, audit, licenses, config list, config get, versions, npm info",
        change="install, add, remove, upgrade, up, publish, npm publish, link, import, cache clean, "
        "config set, init, dedupe",
    ),
    "yq": Rule("read", change="-i, --inplace, --in-place, -s", takes="-o -p"),
    "yum": Rule(
        "unknown",
        read="list, info, search, check-update, repolist, history",
        change="install, update, upgrade, makecache, downgrade, reinstall",
        destructive="remove, erase, autoremove, history undo",
        harmless="--assumeno",
    ),
    "zfs": Rule(
        "unknown",
        read="list, get, diff, holds, userspace, version, send",
        change="create, snapshot, snap, set, mount, unmount, clone, rename, hold, release, inherit, promote, "
        "receive, recv, share, unshare",
        destructive="destroy, rollback, receive -F, recv -F",
    ),
    "zpool": Rule(
        "unknown",
        read="list, status, get, iostat, history, events",
        change="scrub, set, online, offline, clear, add, attach, import, export, trim, resilver",
        destructive="destroy, create, remove, detach, labelclear, split, replace",
    ),
}
"""Programs whose words and options decide. Those with a blank are looked up once their first words are known."""

_SAME_AS = {
    "apt-get": "apt",
    "aptitude": "apt",
    "dnf": "yum",
    "docker-compose": "docker compose",
    "podman-compose": "docker compose",
    "gawk": "awk",
    "mawk": "awk",
    "nawk": "awk",
    "gsed": "sed",
    "k": "kubectl",
    "oc": "kubectl",
    "keydb-cli": "redis-cli",
    "keydb-server": "redis-server",
    "pnpm": "npm",
    "flyctl": "fly",
    "mariadb-admin": "mysqladmin",
    "mariadb-dump": "mysqldump",
}
"""Other names of programs."""

PROGRAMS: dict[str, Judge] = {
    **{name: Rule("read") for name in READS},
    **{name: Rule("change", harmless="--help, --version") for name in CHANGES},
    **{name: Rule("destructive", harmless="--help, --version") for name in DESTROYS},
    **RULES,
    **WRAPPERS,
}

_GROUPS: dict[str, tuple[str, str]] = {
    "docker": ("", _DOCKER),
    "docker compose": ("", _COMPOSE),
    "docker container": ("", ""),
    "podman": ("", _DOCKER),
    "kubectl": (_KUBE, ""),
    "openssl": ("", ""),
    "gh": ("-R --repo", ""),
}
"""Programs whose first operand may be a program of its own in the table, and their options that have a value."""

_BIN = re.compile(r"(?:[~/.]|\.venv/|venv/)?(?:[\w.+~-]*/)*s?bin/([\w.+-]+)")


def judge(call: Call) -> list[Sight]:
    """What is seen of a simple command."""
    first = call.words[0]
    if not first.fixed or first.loose:
        return [_unknown_name(first)]
    name = _name_of(first.text)
    arguments = [word.text for word in call.arguments]
    if arguments in (["--version"], ["--help"]) and "/" not in name and name:
        return [Sight("read", "it only shows its version or its help")]
    if not name:
        return [Sight("read", "it does nothing")] if not first.text.strip() else [_strange(first.text)]
    return _judge_named(call.of((Word(name), *call.arguments)))


def _judge_named(call: Call) -> list[Sight]:
    name = call.name
    if name in _GROUPS:
        always, before = _GROUPS[name]
        given = sort_arguments(call.arguments, always, before, stop=True)
        rest = call.arguments[given.rest :]
        longer = f"{name} {rest[0].text}" if rest else ""
        if longer in PROGRAMS or longer in _GROUPS:
            if any(word.many for word in call.arguments[: given.rest]):
                return [Sight("unknown", f"unquoted words may turn out as any option of `{name}`")]
            return _judge_named(call.of((Word(longer), *rest[1:])))
    found = PROGRAMS.get(name) or PROGRAMS.get(name.partition(" ")[0])
    return found(call) if found else [_strange(name)]


def _unknown_name(word: Word) -> Sight:
    if word.from_elsewhere and word.text == OUTPUT:
        return Sight("unknown", "which command this is, another command says")
    return Sight("unknown", f"which command `{shown(word.text)}` is, is only known when it runs")


def _strange(name: str) -> Sight:
    return Sight("unknown", f"opsbook does not know what `{name}` does: declare it")


def _name_of(text: str) -> str:
    """The program of a path or of a versioned name: `/usr/bin/python3.11` is `python`."""
    match = _BIN.fullmatch(text)
    name = match[1] if match else text
    if "/" in name:
        return name
    name = _SAME_AS.get(name, name)
    if name in PROGRAMS or name in _GROUPS:
        return name
    stem = re.sub(r"-?\d[\d.]*$", "", name)
    stem = _SAME_AS.get(stem, stem)
    if stem in PROGRAMS:
        return stem
    kind = name.partition(".")[0]
    return kind if kind in ("mkfs", "fsck") else name
