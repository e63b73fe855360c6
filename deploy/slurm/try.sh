#!/bin/bash
# Tries load.sbatch on this machine: one Slurm node on loopback, four shards against one local server.
#
#   PROOFMARK=target/debug/proofmark deploy/slurm/try.sh
#
# Needs munge and slurm-wlm (Debian), and root for munged and slurmd. Everything is in a folder of its own, and
# what is started is ended again. Exits with 0 if the merged report is exactly the sum of its parts, and
# if a report that is merged without a killed shard says so.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
PROOFMARK=$(realpath "${PROOFMARK:-$root/target/release/proofmark}")
export PROOFMARK
for tool in munged slurmctld slurmd sbatch squeue scancel curl python3; do
    if ! command -v "$tool" > /dev/null; then
        echo "skipped: $tool is not installed (apt-get install munge slurm-wlm)"
        exit 0
    fi
done
[ -x "$PROOFMARK" ] || { echo "there is no program at $PROOFMARK"; exit 2; }

work=$(mktemp -d /tmp/proofmark-slurm.XXXXXX)
chmod 755 "$work"
started=()
finish() {
    status=$?
    trap - EXIT
    for ((n = ${#started[@]} - 1; n >= 0; n--)); do
        kill "${started[n]}" 2> /dev/null || true
    done
    for pid in "${started[@]}"; do
        wait "$pid" 2> /dev/null || true
    done
    if [ "$status" -ne 0 ]; then
        echo "--- logs of Slurm and of the tasks, in $work"
        tail -n 20 "$work"/*.log "$work"/out/* 2> /dev/null || true
    else
        rm -rf "$work"
    fi
    exit "$status"
}
trap finish EXIT
fail() { echo "FAILED: $*"; exit 1; }
free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# munge: keys and sockets of its own, so that a munged of the machine is left alone.
mkdir -p "$work"/{munge,state,spool,out}
chmod 700 "$work/munge"
head -c 1024 /dev/urandom > "$work/munge/key"
chmod 600 "$work/munge/key"
mkdir "$work/socket"
chmod 755 "$work/socket"
munged --foreground --force --key-file="$work/munge/key" --socket="$work/socket/munge" \
    --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" \
    > "$work/munged.log" 2>&1 &
started+=($!)
for _ in $(seq 50); do [ -S "$work/socket/munge" ] && break; sleep 0.1; done
[ -S "$work/socket/munge" ] || fail "munged does not start"

host=$(hostname -s)
cat > "$work/slurm.conf" << CONF
ClusterName=proofmark
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free)
SlurmdPort=$(free)
AuthType=auth/munge
AuthInfo=socket=$work/socket/munge
CredType=cred/munge
SlurmUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
KillWait=15
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=8 RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$work/slurm.conf"
slurmctld -D -f "$SLURM_CONF" > "$work/slurmctld.log" 2>&1 &
started+=($!)
slurmd -D -f "$SLURM_CONF" > "$work/slurmd.log" 2>&1 &
started+=($!)
for _ in $(seq 100); do sinfo -h -o %T 2> /dev/null | grep -q idle && break; sleep 0.2; done
sinfo -h -o %T | grep -q idle || fail "the node is not idle"
echo "Slurm $(slurmd -V | cut -d' ' -f2) with one node on loopback"

# The server that all shards load.
port=$(free)
"$PROOFMARK" sandbox "$root/specs/users-api.yaml" --port "$port" --quiet > "$work/sandbox.log" 2>&1 &
started+=($!)
for _ in $(seq 50); do curl -so /dev/null "http://127.0.0.1:$port/" && break; sleep 0.2; done

cat > "$work/load.arazzo.yaml" << SCENARIO
arazzo: 1.0.1
info: {title: Reads, version: '1'}
sourceDescriptions: [{name: users, url: $root/specs/users-api.yaml, type: openapi}]
x-proofmark-load:
  # Between two arrivals, so that it is clear to which side each belongs.
  warmUp: 990ms
  scenarios:
    reads:
      executor: constant-arrival-rate
      rate: 40
      duration: 8s
      preAllocatedVUs: 8
      maxVUs: 40
      exec: read
  thresholds:
    # Holds of the whole, and of no shard alone.
    http_reqs: count>=80
    http_req_failed: rate==0
workflows:
- workflowId: read
  steps:
  - stepId: read
    operationId: getUserInfo
    parameters: [{name: userId, in: path, value: 0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60}]
    successCriteria: [{condition: '\$statusCode == 200'}]
SCENARIO
cd "$work"
export SCENARIO="$work/load.arazzo.yaml" PROOFMARK_TOKEN=sandbox-token

# Runs four shards; $1 is the folder of their reports.
submit() {
    START_AT=$(date -u -d '+8 sec' +%FT%TZ)
    export START_AT PROOFMARK_REPORT_DIR="$work/$1"
    sbatch --parsable --array=0-3 --cpus-per-task=1 --output="$work/out/$1-%a" \
        "$here/load.sbatch" -t "http://127.0.0.1:$port" --threads 1
}
over() { for _ in $(seq 300); do [ -z "$(squeue -h -j "$1" 2> /dev/null)" ] && return; sleep 0.2; done; fail "job $1 goes on"; }
merged() {
    local code=0
    PROOFMARK_REPORT_DIR="$work/$1" bash "$here/merge.sbatch" > "$work/out/$1-merge" 2>&1 || code=$?
    echo "$code"
}

# The process of task $2 of job $1.
process() {
    python3 - "$PROOFMARK" "SLURM_ARRAY_JOB_ID=$1" "SLURM_ARRAY_TASK_ID=$2" << 'FIND'
import os, sys
program, *wanted = sys.argv[1:]
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        if os.readlink(f"/proc/{pid}/exe") != program:
            continue
        variables = open(f"/proc/{pid}/environ", "rb").read().decode(errors="replace").split("\0")
    except OSError:
        continue
    if all(one in variables for one in wanted):
        print(pid)
FIND
}

job=$(submit whole)
over "$job"
code=$(merged whole)
grep -h "^shard" "$work"/out/whole-? | sort -u
case $code in 0 | 3) ;; *) cat "$work/out/whole-merge"; fail "merging four shards exits with $code" ;; esac
python3 - "$work/whole" << 'CHECK'
import glob, json, sys
folder = sys.argv[1]
parts = [json.load(open(file))["load"] for file in sorted(glob.glob(folder + "/shard-*/run.json"))]
whole = json.load(open(folder + "/merged/run.json"))["load"]
assert len(parts) == 4, len(parts)
assert whole["merged"]["missing"] == [], whole["merged"]
def same(what, value, values):
    assert value == sum(values), (what, value, values)
    print(f"  {what:<28} {value} = {' + '.join(map(str, values))}")
for name in ["requests", "failed", "throttled", "validated", "schema_violations", "sent_bytes", "received_bytes"]:
    same(name, whole["total"][name], [part["total"][name] for part in parts])
for name in ["due", "begun", "late", "dropped", "completed", "vus_max"]:
    same("scenario " + name, whole["scenarios"][0][name], [part["scenarios"][0][name] for part in parts])
for name in ["response_time", "service_time"]:
    same(name + " samples", whole["total"][name]["count"], [part["total"][name]["count"] for part in parts])
# One machine would have 320 arrivals, 40 of them in the warm-up.
assert whole["scenarios"][0]["due"] == 280, whole["scenarios"][0]["due"]
starts = sorted(row["started"] for row in whole["merged"]["parts"])
print(f"  begun by {starts[0]} to {starts[-1]}, late by at most {whole['late_ms']} ms; {whole['soundness']}")
CHECK
echo "four shards: the merged report is exactly the sum of its parts (exit code $code)"

job=$(submit part)
sleep 10
# As a node that dies: `scancel` would end it by SIGTERM first, and it would write its report.
pid=$(process "$job" 2)
[ -n "$pid" ] || fail "shard 2 does not run"
kill -KILL "$pid"
over "$job"
[ ! -e "$work/part/shard-2-of-4/run.json" ] || fail "the killed shard left a report"
code=$(merged part)
[ "$code" -eq 3 ] || { cat "$work/out/part-merge"; fail "merging without shard 2 exits with $code"; }
for file in "$work/out/part-merge" "$work/part/merged/run.json" "$work/part/merged/junit.xml"; do
    grep -q "1 of 4 shards are missing: 2" "$file" || fail "$file does not say that shard 2 is missing"
done
echo "one shard killed: the merged report says that shard 2 is missing, and exits with 3"

job=$(submit stopped)
sleep 11
scancel "${job}_1" || fail "shard 1 cannot be stopped"
over "$job"
[ -e "$work/stopped/shard-1-of-4/run.json" ] || fail "the stopped shard left no report"
code=$(merged stopped)
[ "$code" -eq 3 ] || { cat "$work/out/stopped-merge"; fail "merging with a stopped shard exits with $code"; }
grep -q "shard 1: it was interrupted" "$work/out/stopped-merge" || fail "the merged report does not say that shard 1 was stopped"
echo "one shard cancelled (SIGTERM): its report is there, and the merged one says why it proves nothing"
