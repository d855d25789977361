# Runs a program at a terminal of its own and types answers: JSON on stdin {argv, folder, env, typed: [[until, keys], ...]}.
# Each `keys` is typed once the text `until` stands in what the program wrote since the last one.
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

asked = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.chdir(asked["folder"])
    os.execvpe(asked["argv"][0], asked["argv"], {**os.environ, **asked["env"]})
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
written, since, left = b"", 0, list(asked["typed"])
while True:
    ready, _, _ = select.select([terminal], [], [], asked["patience"])
    if not ready:
        os.kill(pid, signal.SIGKILL)
        break
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    written += chunk
    while left and left[0][0].encode() in written[since:]:
        since = len(written)
        time.sleep(0.3)  # A program may ask before it listens.
        keys = left.pop(0)[1]
        if keys == "SIGTERM":
            os.killpg(pid, signal.SIGTERM)
        else:
            os.write(terminal, keys.encode())
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
json.dump({"code": code, "output": written.decode(errors="replace"), "left": left}, sys.stdout)
