// The agent: a POSIX sh program that reads requests from its standard input, runs each in a session of its own and
// answers with exit code and output. Its text travels in an argv, so it holds no secret.
//
// Request:  `ID FLAGS SCRIPT-BYTES STDIN-BYTES MAX-OUTPUT` LF, script, stdin, `end ID` LF
//           flags: b begins a batch, s is skipped after a failure in the batch, l is the last of the batch, - nothing,
//           z: the stdin is a gzip stream of STDIN-BYTES (script_input.ts), in chunks `BYTES` LF bytes, and a last line `0`
//           a: the stdout may be packed
// Replies:  MARKER `hello` reader uid user system machine directory tools home, once
//           MARKER ID `+` process-group, when the script was started
//           MARKER ID exit-code stdout-bytes stderr-bytes, and these bytes
//           MARKER ID exit-code stdout-bytes stderr-bytes gzip-bytes, the stdout by gzip and the bytes of stderr
//           MARKER ID `-` for one that was skipped; MARKER `!` text before the agent gives up
import { gzipSync } from 'node:zlib';
import { quote, sh } from '../module/quote.ts';
import { leastPacked, sampleBytes, sampleMayTake } from './script_input.ts';

/** Without one of these a host cannot be worked on. */
const required = ['cat', 'find', 'head', 'id', 'mktemp', 'rm', 'setsid', 'sleep', 'uname', 'wc'];

const reported = [
  ...['apk', 'apt-get', 'awk', 'base64', 'busybox', 'chattr', 'chcon', 'curl', 'dd', 'dnf', 'doas', 'dpkg'],
  ...['dpkg-query', 'getenforce', 'getent', 'getfacl', 'getfattr', 'gzip', 'hostnamectl', 'ip', 'iptables'],
  ...[
    'iptables-save',
    'lsblk',
    'mkswap',
    'modprobe',
    'od',
    'openssl',
    'pacman',
    'perl',
    'python3',
    'readlink',
  ],
  ...[
    'realpath',
    'restorecon',
    'rpm',
    'setfacl',
    'setfattr',
    'sha256sum',
    'ss',
    'stat',
    'su',
    'sudo',
    'sync',
  ],
  ...['sysctl', 'systemctl', 'tar', 'timeout', 'unzip', 'useradd', 'wget', 'xz', 'yum', 'zstd', 'zypper'],
];

/** Commands of ours find administration tools also where the user's own PATH has no sbin. */
export const adminPath = '"$PATH:/usr/local/sbin:/usr/sbin:/sbin"';

/** `x` by gzip, as printf takes it: what is named gzip need not unpack. */
const packedLetter = [...gzipSync('x')].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

const mostUnpacked = 64 * 1024 * 1024;

/** What a script whose input did not come out of gzip whole says instead of running; see `isNotWhole`. */
const notWholeSentence = 'The packed input of this step did not arrive whole; nothing was run';
const notWhole = quote(`cat "\${0%.s}.z" >&2; echo '${notWholeSentence}' >&2; exit 74`);

export function isNotWhole(output: { readonly rc: number; readonly stderr: Buffer }): boolean {
  return output.rc === 74 && output.stderr.toString().endsWith(`${notWholeSentence}\n`);
}

// `read` takes no byte too many from a pipe (POSIX says so, and the self-test `hw_t` tries it with each reader);
// GNU `head -c` neither, but that of busybox fills a buffer, which is why the reader is chosen on the host.
// A body is used only after its `end` line came: a connection cut within it must not run half a script.
// What unpacks may end early (a broken gzip, no space), but the rest of its chunks is read all the same, so the next
// header is found; the script is then not run, and its place takes one that tells why. Packed chunks pass through a
// pipe, the file is as large as a plain one, and neither side holds more than a chunk in memory. An answer is packed
// only after its first 64 KiB shrank, and not above 64 MiB, as our side unpacks it in one piece.
const agent = String.raw`
umask 077
hw_m=$1$2 hw_sh=$3
hw_die() { printf '\n%s ! %s\n' "$hw_m" "$1"; exit 1; }
hw_l=$(PATH=${adminPath}; for t in ${required.join(' ')}; do command -v $t >/dev/null 2>&1 || printf ' %s' $t; done)
[ -z "$hw_l" ] || hw_die "missing$hw_l"
hw_b=/tmp
case $XDG_RUNTIME_DIR in ''|*[!A-Za-z0-9/._-]*) ;; *) [ -O "$XDG_RUNTIME_DIR" ] && [ -w "$XDG_RUNTIME_DIR" ] && hw_b=$XDG_RUNTIME_DIR ;; esac
hw_d=$(mktemp -d $hw_b/.hardway-XXXXXXXXXX 2>/dev/null) || hw_d=$(mktemp -d /tmp/.hardway-XXXXXXXXXX) || hw_die 'cannot make a directory in /tmp'
hw_big=
trap 'rm -rf "$hw_d" $hw_big' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM
printf %s $$ >"$hw_d/pid"
hw_t() { [ "$(printf 'x\nabcdefgh' | { IFS= read -r a; b=$(hw_r 3); c=$(cat); printf %s "$a.$b.$c"; } 2>/dev/null)" = x.abc.defgh ]; }
hw_r() { head -c "$1"; }
hw_k=head
hw_t || {
  hw_k=dd
  hw_r() {
    [ $(($1 / 65536)) = 0 ] || dd bs=65536 count=$(($1 / 65536)) iflag=fullblock 2>/dev/null || return
    [ $(($1 % 65536)) = 0 ] || dd bs=$(($1 % 65536)) count=1 iflag=fullblock 2>/dev/null
  }
  hw_t
} || {
  hw_k=base64
  hw_r() { while IFS= read -r hw_l && [ "$hw_l" != . ]; do printf '%s\n' "$hw_l"; done | base64 -d; }
  [ "$(printf 'YWJj\nZA==\n.\n' | hw_r 2>/dev/null)" = abcd ] || hw_die 'missing head -c or dd iflag=fullblock or base64'
}
hw_u() {
  while IFS= read -r hw_l && [ "$hw_l" != 0 ]; do hw_r $hw_l; done | { gzip -dc >"$hw_in" 2>"$hw_p.z"; hw_l=$?; cat >/dev/null; [ $hw_l = 0 ]; } &&
    [ $(wc -c <"$hw_in") = $hw_s ]
}
hw_a() {
  [ $1 -ge ${leastPacked} ] && [ $1 -le ${mostUnpacked} ] || return
  [ $(head -c ${sampleBytes} "$hw_p.o" | gzip -1c 2>/dev/null | wc -c) -le ${sampleMayTake} ] || return
  head -c $1 "$hw_p.o" | gzip -1c >"$hw_p.z" 2>/dev/null || return
  hw_z=$(($(wc -c <"$hw_p.z")))
}
hw_l=$(
  PATH=${adminPath}
  [ "$(printf '${packedLetter}' | gzip -dc 2>/dev/null)" = x ] && printf gzip-pipe,
  for t in ${reported.join(' ')}; do command -v $t >/dev/null 2>&1 && printf '%s,' $t; done
  [ -d /run/systemd/system ] && printf systemd,
  case $(stat --version 2>&1) in *GNU*) printf stat-gnu, ;; *BusyBox*) printf stat-busybox,busybox-userland, ;; esac
)
printf '\n%s hello %s %s %s %s %s %s %s\n' "$hw_m" $hw_k "$(id -u)" "$(id -un 2>/dev/null || id -u)" "$(uname -sm)" "$hw_d" "$hw_l" "$HOME"
( for d in $(find $hw_b /tmp -maxdepth 1 -name '.hardway-*' -type d -user "$(id -u)" -mmin +1440); do
    kill -0 "$(cat $d/pid)" || rm -rf "$d"
  done ) </dev/null >/dev/null 2>&1 &
hw_x=0 hw_old=
while IFS=' ' read -r hw_i hw_f hw_n hw_s hw_c; do
  [ -d "$hw_d" ] || mkdir -m 700 "$hw_d" || hw_die "$hw_d was removed"
  case $hw_f in *b*) hw_x=0; [ ! -e "$hw_d/stop" ] || rm -f "$hw_d/stop" ;; esac
  hw_p=$hw_d/$hw_i hw_in=/dev/null
  hw_r $hw_n >"$hw_p.s" || hw_die "no space in $hw_d"
  if [ $hw_s != 0 ]; then
    hw_in=$hw_p.i
    [ $hw_s -le 4194304 ] || { hw_in=$(mktemp /tmp/.hardway-XXXXXXXXXX) && hw_big=$hw_in; } || hw_die 'cannot make a file in /tmp'
    case $hw_f in
      *z*) hw_u || { hw_in=/dev/null; printf '%s\n' ${notWhole} >"$hw_p.s"; } ;;
      *) hw_r $hw_s >"$hw_in" || hw_die "no space for $hw_in" ;;
    esac
  fi
  IFS= read -r hw_l && [ "$hw_l" = "end $hw_i" ] || exit 1
  case $hw_f in *s*) ;; *) hw_x=0 ;; esac
  if [ $hw_x != 0 ] || [ -e "$hw_d/stop" ]; then
    printf '%s %s -\n' "$hw_m" $hw_i || exit
  else
    setsid $hw_sh "$hw_p.s" <"$hw_in" >"$hw_p.o" 2>"$hw_p.e" &
    hw_g=$!
    printf '%s %s + %s\n' "$hw_m" $hw_i $hw_g || exit
    wait $hw_g
    hw_x=$?
    set -- 0 - 0
    if [ -s "$hw_p.o" ] || [ -s "$hw_p.e" ]; then set -- $(cd "$hw_d" && wc -c $hw_i.o $hw_i.e); fi
    [ $1 -le $hw_c ] || set -- $hw_c - $3
    [ $3 -le $hw_c ] || set -- $1 - $hw_c
    hw_z=
    case $hw_f in *a*) hw_a $1 ;; esac
    printf '%s %s %s %s %s %s\n' "$hw_m" $hw_i $hw_x $1 $3 $hw_z || exit
    if [ -n "$hw_z" ]; then cat "$hw_p.z" || exit; else [ $1 = 0 ] || head -c $1 "$hw_p.o" || exit; fi
    [ $3 = 0 ] || head -c $3 "$hw_p.e" || exit
  fi
  hw_old="$hw_old $hw_i.s $hw_i.i $hw_i.o $hw_i.e $hw_i.z"
  [ -z "$hw_big" ] || { rm -f "$hw_big"; hw_big=; }
  case $hw_f in *l*) (cd "$hw_d" && rm -f $hw_old); hw_old= ;; esac
done
`;

// Login shells differ in what they do to quotes, newlines and `!` (csh, fish); as one word of plain characters the
// agent passes through all of them unchanged. `%b` undoes this.
function plainWord(text: string): string {
  return text
    .trim()
    .replace(/^ +/gm, '')
    .replace(/[\\'!\n]/g, (char) => `\\0${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

const word = plainWord(agent);

/** The two halves stand apart in the command, so that a terminal or log that shows the command is no reply. */
export interface Marker {
  readonly first: string;
  readonly second: string;
}

/** The command that starts an agent, for any login shell. */
export function agentCommand(marker: Marker, shell = '/bin/sh'): string {
  return sh`exec ${shell} -c ${'eval "$(printf %b "$0")"'} ${word} ${marker.first} ${marker.second} ${shell}`
    .text;
}
