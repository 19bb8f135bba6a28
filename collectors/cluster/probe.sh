# The probe: asks one cluster what it has, in one go. It runs on somebody's login node, so
# it is nice, takes turns with itself, gives every command a time limit, and starts few
# processes. POSIX sh; tried with dash, bash and the shell of busybox.
#
# The lines before this one, which Script writes, set
#   nonce    a word that no command can know, for the marks
#   slug     the name of the cluster as part of a file name
#   limit    the time limit of each command in seconds
#   config   1 to ask for Slurm's configuration
#   reserved 1 to ask for Slurm's reservations
#   accounts 1 to ask for allocations too
#   disks    1 to ask for filesystems and quotas too
#   format   the columns of squeue
# and the positional parameters: the folders whose filesystems to ask for.
#
# What a command printed stands between two marks, a line each; behind "err" comes what it
# printed to standard error. ParseSections reads it.
: "${nonce:?}" "${slug:?}" "${limit:?}" "${config:?}" "${reserved:?}" "${accounts:?}" "${disks:?}" "${format:?}"

mark() { printf '\n#hpcstatus:%s %s\n' "$nonce" "$*"; }

# section NAME COMMAND...  runs the command and prints its section; its status is the command's.
section() {
	section=$1
	shift
	mark begin "$section"
	said=$("$@" 2>&1 >&3 3>&- </dev/null)
	status=$?
	[ -z "$said" ] || { mark err "$section" && printf '%s\n' "$said"; }
	mark end "$section" "$status"
	return "$status"
}

has() { command -v "$1" >/dev/null 2>&1; }

# within COMMAND...  becomes the command, under the time limit where there is a timeout command.
within() {
	case $bound in
	kill) exec timeout -k 5 "$limit" "$@" ;; # and kills it 5 seconds later
	plain) exec timeout "$limit" "$@" ;;     # busybox before 1.34 has no -k
	*) exec "$@" ;;
	esac
}

exec 3>&1
mark open 1
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM

# Other people's habits in the environment must not change what is printed.
unset SLURM_CLUSTERS SQUEUE_ACCOUNT SQUEUE_ARRAY_UNIQUE SQUEUE_FEDERATION SQUEUE_FORMAT SQUEUE_FORMAT2 \
	SQUEUE_LICENSES SQUEUE_LOCAL SQUEUE_NAMES SQUEUE_PARTITION SQUEUE_PRIORITY SQUEUE_QOS SQUEUE_SIBLING \
	SQUEUE_SORT SQUEUE_STATES SQUEUE_USERS SCONTROL_FEDERATION SCONTROL_FUTURE SCONTROL_SIBLING POSIXLY_CORRECT BLOCKSIZE
LC_ALL=C TZ=UTC0 SLURM_TIME_FORMAT=standard
export LC_ALL TZ SLURM_TIME_FORMAT
renice -n 10 -p $$ >/dev/null 2>&1

bound='kill'
if ! has timeout; then
	bound=
elif ! host=$(within uname -n 2>/dev/null); then
	bound=plain
fi
host=${host:-$(uname -n)}

# began PROCESS  sets born to when it began, so that a number used again is no mistake.
began() {
	born=
	{ read -r born <"/proc/$1/stat"; } 2>/dev/null || return 0
	# shellcheck disable=SC2086 # to be split into words
	set -- ${born##*) }
	born=${20-}
}

# take  makes the lock, which says which process holds it.
take() {
	mkdir "$lock" || return
	began $$
	printf '%s %s\n' $$ "$born" >"$lock/holder" || { release && return 1; }
}

release() { rm -f "$lock/holder" && rmdir "$lock"; }

# held  tells whether the process that made the lock still runs. A lock that does not say
# whose it is was made this moment, or by a probe that was killed right after.
held() {
	holder='' since=''
	{ read -r holder since <"$lock/holder"; } 2>/dev/null
	if [ -z "$holder" ]; then
		[ -z "$(find "$lock" -prune -mmin +1 2>/dev/null)" ]
		return
	fi
	kill -0 "$holder" 2>/dev/null && began "$holder" && [ "$born" = "$since" ]
}

# shellcheck disable=SC2317 # section calls it
refuse() {
	printf '%s\n' "$1" >&2
	return 1
}

problem=
for folder in "${XDG_RUNTIME_DIR:-}" "${HOME:-}/.cache" "${TMPDIR:-/tmp}"; do
	if [ "$folder" = "${HOME:-}/.cache" ] && [ -d "${HOME:-}" ] && [ ! -d "$folder" ]; then
		mkdir "$folder" 2>/dev/null
	fi
	[ -d "$folder" ] || continue
	lock=$folder/hpcstatus-$slug-$host.lock
	problem=$(take 2>&1) && break
	[ -d "$lock" ] || continue # cannot be made here
	if held; then
		section probe.busy echo "process ${holder:-unknown} on $host holds $lock"
		mark close
		exit 0
	fi
	release 2>/dev/null
	problem=$(take 2>&1) && break
done
if [ -n "$problem" ] || [ -z "${lock-}" ]; then
	section probe.busy refuse "${problem:-no folder to make it in}"
	mark close
	exit 0
fi
trap release EXIT

# about  says where this is and when; with accounts also when the year ends on its calendar.
# shellcheck disable=SC2317 # section calls it
about() {
	name=$(within hostname -f 2>/dev/null)
	printf 'name=%s\nmachine=%s\n' "${name:-$host}" "$(uname -m)"
	date '+epoch=%s'
	if [ "$accounts" = 1 ]; then
		unset TZ
		year=$(($(date +%Y) + 1))
		date -d "$year-01-01 00:00:00" '+newyear=%s' 2>/dev/null
	fi
	return 0
}
section probe.host about

# With squeue there is Slurm. A controller that does not answer is not asked more. All
# together ask it for jobs and nodes once each; the other answers are small.
scheduler=
if has squeue; then
	scheduler=slurm
	[ "$config" = 0 ] || section slurm.config within scontrol show config || config=failed
	if section slurm.jobs within squeue -r -h -a -o "$format"; then
		section slurm.partitions within scontrol -a -o show partitions
		section slurm.nodes within scontrol -a -d -o show nodes
		[ "$reserved" = 1 ] && section slurm.reservations within scontrol -a -o show reservations
		[ "$accounts" = 1 ] && section slurm.assoc within scontrol -o show assoc_mgr flags=assoc,qos
	elif [ "$config" = 0 ]; then # tells a silent controller from a squeue that failed alone
		section slurm.config within scontrol show config || config=failed
	fi
	[ "$config" != failed ] || section slurm.version within squeue --version
elif has qstat; then
	scheduler=pbs
	if section pbs.queues within qstat -Q -f -F json || section pbs.queues.text within qstat -Q -f; then
		section pbs.server within qstat -B -f -F json
		has pbsnodes && section pbs.nodes within pbsnodes -a -F json
	fi
fi

# What the HPC Modernization Program adds; show_queues asks the same scheduler once more.
[ -z "$scheduler" ] && has show_queues && section hpcmp.queues within show_queues
[ "$accounts" = 1 ] && has show_usage && section hpcmp.usage within show_usage

# Filesystems come last: they are the likeliest to hang. Each command looks at the folders
# inside its own time limit.
# shellcheck disable=SC2016 # to be expanded by the inner shell
existing='seen=
for folder do
	shift
	case $seen in *":$folder:"*) continue ;; esac
	seen=$seen:$folder:
	[ -d "$folder" ] && set -- "$@" "$folder"
done
'
# shellcheck disable=SC2016
lustre='while read -r _ mount kind _; do
	[ "$kind" = lustre ] || continue
	for folder do
		real=$(cd "$folder" 2>/dev/null && pwd -P)
		case $real/ in "$mount"/*)
			echo "# $mount"
			lfs quota -u "${USER:-${LOGNAME:-$(id -un)}}" "$mount"
			break ;;
		esac
	done
done </proc/mounts'
if [ "$disks" = 1 ]; then
	has show_storage && section hpcmp.storage within show_storage
	section storage.df within sh -c "$existing"'[ $# -eq 0 ] || exec df -P -k "$@"' sh "$@"
	has quota && section storage.quota within quota -w
	has lfs && section storage.lfs within sh -c "$existing$lustre" sh "$@"
fi
mark close
exit 0
