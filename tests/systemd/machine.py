"""A container with a real systemd, and what tests do with it: commands inside, connections to sockets inside, checks."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

CONTAINER = str(pathlib.Path(__file__).resolve().parent / "container")
USERS = {"root": 0, "alice": 1000, "bob": 1001}

failures = []


def expect(is_so, text, figure=""):
    """A check: @text says what holds."""
    print(f"{'ok    ' if is_so else 'FAILED'}  {text}{': ' if figure != '' else ''}{figure}", flush=True)
    if not is_so:
        failures.append(text)
    return is_so


def finish():
    print(f"{len(failures)} failed" if failures else "all is well")
    sys.exit(1 if failures else 0)


def skip_unless_possible(*programs):
    """Exit status 77, loudly, where there can be no container."""
    missing = [name for name in programs if not shutil.which(name)]
    why = None
    if os.geteuid() != 0:
        why = "needs root"
    elif missing:
        why = "not installed: " + ", ".join(missing)
    elif subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True).returncode:
        why = "this machine allows no namespaces"
    if why:
        print(f"######## SKIPPED: {os.path.basename(sys.argv[0])}: {why}. Nothing was checked. ########", file=sys.stderr)
        sys.exit(77)


def wait_until(is_so, seconds, pause=0.02):
    """What @is_so returns once it is true; its last answer when time is up."""
    end = time.monotonic() + seconds
    while not (answer := is_so()) and time.monotonic() < end:
        time.sleep(pause)
    return answer


class Machine:
    def __init__(self, name, staging):
        self.environment = os.environ | {"CONTAINER_NAME": name}
        base = os.environ.get("CONTAINER_BASE")
        if not base:
            base = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "batchd-container")
        self.root = pathlib.Path(base) / f"run-{name}" / "root"
        subprocess.run([CONTAINER, "down"], env=self.environment)  # one that a killed test left
        self.leader = int(subprocess.run([CONTAINER, "up", staging], env=self.environment, check=True,
                                         stdout=subprocess.PIPE, text=True).stdout)
        self.log_in("alice", "bob")

    def down(self):
        subprocess.run([CONTAINER, "down"], env=self.environment)

    def run(self, *words, user=None, check=True, **options):
        """Run a command inside. With check, failing is the end of the test."""
        command = [CONTAINER, "as", user, *words] if user else [CONTAINER, "run", *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, **options)
        if check and done.returncode:
            raise SystemExit(f"{' '.join(words)} failed ({done.returncode}):\n{done.stdout}{done.stderr}\n"
                             + self.run("journalctl", "--no-pager", "-n", "30", check=False).stdout)
        return done

    def shell(self, text, user=None, check=True):
        return self.run("sh", "-ec", text, user=user, check=check)

    def log_in(self, *users):
        for user in users:
            self.run("loginctl", "enable-linger", user)
        for user in users:
            if not wait_until(lambda: self.run("systemctl", "is-active", f"user@{USERS[user]}", check=False).stdout
                              == "active\n", 20):
                raise SystemExit(f"the user manager of {user} does not start")

    def give(self, source, path, user="root"):
        """Copy a file or folder of ours to @path inside."""
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.isdir(source):
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copy(source, target)
        for place in [target, *target.rglob("*")]:
            os.chown(place, USERS[user], USERS[user])

    def journal(self, *words):
        """The entries that match, as dictionaries."""
        self.run("journalctl", "--sync")
        out = self.run("journalctl", "--no-pager", "-o", "json", *words).stdout
        return [json.loads(line) for line in out.splitlines()]


class Service:
    """A unit of ours: of a user's manager, or the system's."""

    def __init__(self, machine, unit, user, folder, socket_name, is_system=False):
        self.machine, self.unit, self.user, self.uid = machine, unit, user, USERS[user]
        self.is_system = is_system
        self.folder, self.socket_name = folder, socket_name

    def systemctl(self, *words, check=True):
        if self.is_system:
            return self.machine.run("systemctl", *words, check=check)
        return self.machine.run("systemctl", "--user", *words, user=self.user, check=check)

    def property(self, name):
        return self.systemctl("show", "--value", "-p", name, self.unit).stdout.strip()

    def pid(self):
        """As the machine that runs the container counts; 0 if it does not run."""
        inside = int(self.property("MainPID"))
        if not inside:
            return 0
        status = subprocess.run(["pgrep", "-x", "batchd"], capture_output=True, text=True).stdout.split()
        for pid in map(int, status):
            try:
                text = pathlib.Path(f"/proc/{pid}/status").read_text()
                numbers = next(line for line in text.splitlines() if line.startswith("NSpid:")).split()[1:]
                is_inside = os.readlink(f"/proc/{pid}/ns/pid") == os.readlink(f"/proc/{self.machine.leader}/ns/pid")
            except (OSError, StopIteration):
                continue
            if is_inside and int(numbers[-1]) == inside:
                return pid
        return 0

    def dial(self):
        """A connection, made as the unit's user. A socket inside can only be named from its folder."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(30)
        here = os.open("/", os.O_RDONLY)
        os.chdir(f"/proc/{self.machine.leader}/root{self.folder}")
        try:
            os.seteuid(self.uid)
            connection.connect(self.socket_name)
        finally:
            os.seteuid(0)
            os.fchdir(here)
            os.close(here)
        return Connection(connection)


class Connection:
    def __init__(self, connection):
        self.socket, self.stream, self.last = connection, connection.makefile("rw"), 0

    def call(self, method, wants_error=False, **params):
        """The result; None if the connection ended first. Or an error about nothing in particular, if that is wanted."""
        self.last += 1
        try:
            self.stream.write(json.dumps({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params}) + "\n")
            self.stream.flush()
            while line := self.stream.readline():
                answer = json.loads(line)
                if wants_error and "error" in answer:
                    return answer
                if answer.get("id") == self.last:
                    return answer.get("result", answer)
        except (ConnectionError, BrokenPipeError):
            pass
        return None

    def close(self):
        try:
            self.stream.close()
        except OSError:
            pass
        self.socket.close()
