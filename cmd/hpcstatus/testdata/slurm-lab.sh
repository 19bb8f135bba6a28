#!/usr/bin/env bash
# A real Slurm cluster with accounting on one machine, wholly inside one folder, for the
# integration test. Debian's packages slurmctld slurmd slurmdbd slurm-client munge and
# mariadb-server are needed, and root, because slurmd runs jobs as their users.
#   slurm-lab.sh up DIR     start munged, mariadbd, slurmdbd, slurmctld and slurmd
#   slurm-lab.sh jobs DIR   accounts with limits, a QOS, and jobs of every awkward kind
#   slurm-lab.sh down DIR   end what `up` started, by its process ids
# Everything listens on the loopback interface, on ports of its own.
set -euo pipefail

verb=${1:?up, jobs or down} dir=${2:?a folder}
export SLURM_CONF=$dir/slurm.conf MYSQL_UNIX_PORT=$dir/db/mysql.sock
host=$(hostname -s)

wait_for() { # wait_for SECONDS COMMAND...: until the command succeeds
  local deadline=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)); then echo "slurm-lab: gave up waiting for: $*" >&2; return 1; fi
    sleep 0.2
  done
}

start() { # start NAME COMMAND...: in the background, its process id kept
  local name=$1; shift
  setsid "$@" >"$dir/$name.log" 2>&1 </dev/null &
  echo $! >"$dir/$name.pid"
}

configure() {
  install -d -o munge -m 0755 "$dir/munge"
  head -c 1024 /dev/urandom >"$dir/munge/key"
  chown munge: "$dir/munge/key"; chmod 400 "$dir/munge/key"
  install -d -o mysql "$dir/db"
  install -d -o slurm "$dir/ctld" "$dir/run"
  install -d "$dir/slurmd"
  cat >"$dir/slurmdbd.conf" <<CONF
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=26819
SlurmUser=slurm
PidFile=$dir/run/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=slurm
StoragePass=lab
StorageLoc=slurm_acct_db
CONF
  chown slurm: "$dir/slurmdbd.conf"; chmod 600 "$dir/slurmdbd.conf"
  cat >"$SLURM_CONF" <<CONF
ClusterName=testfish
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
SlurmUser=slurm
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket
StateSaveLocation=$dir/ctld
SlurmdSpoolDir=$dir/slurmd
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=26819
AccountingStoragePass=$dir/munge/socket
AccountingStorageEnforce=associations,limits,qos
JobAcctGatherType=jobacct_gather/none
PriorityType=priority/multifactor
PriorityDecayHalfLife=0
PriorityUsageResetPeriod=YEARLY
SchedulerParameters=sched_interval=1,bf_interval=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=128 Boards=1 SocketsPerBoard=2 CoresPerSocket=64 ThreadsPerCore=1 RealMemory=1000 State=UNKNOWN
NodeName=ghost[1-3] NodeAddr=127.0.0.1 CPUs=64 RealMemory=1000 State=DOWN Reason="bad dimm, ticket 42"
PartitionName=standard Nodes=$host,ghost[1-3] Default=YES MaxTime=24:00:00 State=UP
PartitionName=debug Nodes=$host MaxTime=01:00:00 State=UP PriorityJobFactor=10
PartitionName=transfer Nodes=$host MaxTime=2-00:00:00 State=DRAIN
PartitionName=background Nodes=$host,ghost[1-3] MaxTime=UNLIMITED State=UP
CONF
}

up() {
  mkdir -p "$dir"; chmod 755 "$dir"
  configure
  start munged setpriv --reuid=munge --regid=munge --clear-groups munged --foreground --force --key-file="$dir/munge/key" --socket="$dir/munge/socket" \
    --pid-file="$dir/munge/pid" --log-file="$dir/munge/log" --seed-file="$dir/munge/seed"
  mariadb-install-db --no-defaults --user=mysql --datadir="$dir/db" --auth-root-authentication-method=socket \
    --skip-test-db >"$dir/install-db.log" 2>&1
  start mariadbd mariadbd --no-defaults --user=mysql --datadir="$dir/db" --socket="$MYSQL_UNIX_PORT" --skip-networking \
    --pid-file="$dir/db/pid" --innodb-buffer-pool-size=64M
  wait_for 60 mariadb-admin --no-defaults --socket="$MYSQL_UNIX_PORT" ping
  mariadb --no-defaults --socket="$MYSQL_UNIX_PORT" -e "create database slurm_acct_db;
    create user 'slurm'@'localhost' identified by 'lab'; grant all on slurm_acct_db.* to 'slurm'@'localhost';"
  wait_for 20 test -S "$dir/munge/socket"
  start slurmdbd slurmdbd -D
  wait_for 60 sacctmgr -n show cluster
  sacctmgr -i add cluster testfish >/dev/null
  start slurmctld slurmctld -D
  wait_for 60 scontrol ping
  start slurmd slurmd -D
  wait_for 60 sh -c "sinfo -h -n $host -o %T | grep -q idle"
}

# Users that every Debian has.
alice=games bob=news

as() { runuser -u "$1" -- env SLURM_CONF="$SLURM_CONF" sh -c "cd / && $2"; }

jobs() {
  sacctmgr -i add account hpcmo00001 Description=chemistry Organization=navy GrpTRESMins=cpu=6000000 >/dev/null
  sacctmgr -i add account proj002 Description=cfd Organization=erdc GrpTRESMins=cpu=60000 >/dev/null
  sacctmgr -i add account openproj Description=open Organization=erdc >/dev/null
  local user
  for user in $alice $bob root; do
    sacctmgr -i add user "$user" account=hpcmo00001,proj002,openproj DefaultAccount=hpcmo00001 >/dev/null
  done
  sacctmgr -i add qos frontier Priority=100 MaxWall=7-00:00:00 MaxJobs=10 >/dev/null
  sacctmgr -i modify user $alice set qos+=frontier >/dev/null
  local sbatch="sbatch -Q -o /dev/null" i
  for i in 1 2 3; do
    as $alice "$sbatch -A hpcmo00001 -p standard -n 32 -t 2:00:00 -J 'cfd run $i' --wrap 'sleep 600'"
  done
  as $bob "$sbatch -A proj002 -p debug -n 16 -t 60 -J 'é|pipe' --wrap 'sleep 600'"
  as $bob "$sbatch -A proj002 -p standard --array=1-20%2 -n 8 -t 60 --wrap 'sleep 600'"
  as $bob "$sbatch -A proj002 -p standard,background -n 300 -t 60 -J two-partitions --wrap 'sleep 600'"
  as $alice "$sbatch -A hpcmo00001 -p background -q frontier -n 8 -t 120 -J frontier --wrap 'sleep 600'"
  as $bob "$sbatch -A proj002 -p background -n 8 -t 60 -J later --begin=now+12hours --wrap 'sleep 60'"
  as $alice "$sbatch -A hpcmo00001 -p background --hold -n 4 --wrap 'sleep 600'"
  # shellcheck disable=SC2016 # the inner shell expands it
  wait_for 30 sh -c '[ "$(squeue -r -h -t R | wc -l)" -ge 6 ]'
}

down() {
  scancel -u $alice,$bob,root >/dev/null 2>&1 || true
  local name pid
  # slurmd does not pass the end of a job on to one that runs under the name of another node.
  for pid in $(pgrep -f "$dir/slurmd/job"); do
    kill -9 -- "$(ps -o ppid= -p "$pid" | tr -d ' ')" "-$(ps -o pgid= -p "$pid" | tr -d ' ')" || true
  done
  for name in slurmd slurmctld slurmdbd mariadbd munged; do
    [[ -f $dir/$name.pid ]] || continue
    pid=$(<"$dir/$name.pid")
    kill "$pid" 2>/dev/null || continue
    wait_for 15 sh -c "! kill -0 $pid" || kill -9 "$pid"
  done
}

"$verb"
