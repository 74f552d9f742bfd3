"""A PostgreSQL server for a test: Debian's programs, a Unix socket in a temporary folder, a user that is not root."""
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import time

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "config/team/schema.sql"
PASSWORD = "a-secret-that-no-file-repeats"  # of every login; the tests look for it


def programs():
    """The folder of initdb and postgres, or None."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def run_as():
    """What a command begins with: postgres refuses to run as root, and ends with the test, however that ends."""
    words = ["setpriv", "--pdeathsig=INT"]
    if not os.geteuid():
        user = pwd.getpwnam("postgres")
        words += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return [*words, "--"]


def give(path):
    if not os.geteuid():
        user = pwd.getpwnam("postgres")
        os.chown(path, user.pw_uid, user.pw_gid)


class Server:
    """The cluster in FOLDER/NAME, whose socket and log are in FOLDER."""

    def __init__(self, folder, name="main", port=5432, settings=()):
        self.folder, self.data, self.port = pathlib.Path(folder), pathlib.Path(folder) / name, port
        self.log = self.folder / f"{name}.log"
        self.settings = [f"unix_socket_directories={folder}", f"port={port}", "listen_addresses=", "max_connections=300",
                         "log_min_messages=warning", "log_error_verbosity=verbose", *settings]
        self.process, self.prefix = None, []

    def tool(self, name, *words, check=True, **rest):
        return subprocess.run([*run_as(), programs() / name, *words], cwd=self.folder, check=check, capture_output=True, text=True, **rest)

    def make(self):
        """A new cluster: agents log in with SCRAM, the superuser by its socket."""
        give(self.folder)
        self.tool("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        (self.data / "pg_hba.conf").write_text("local all postgres trust\nlocal replication postgres trust\n"
                                               "local all all scram-sha-256\nhostssl all all all scram-sha-256\nhostnossl all all all reject\n")
        return self

    def start(self):
        words = [word for setting in self.settings for word in ("-c", setting)]
        deadline = time.monotonic() + 30
        while True:  # after a kill -9 the processes of the old one end first
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen([*self.prefix, *run_as(), programs() / "postgres", "-D", self.data, *words], cwd=self.folder,
                                                stdout=log, stderr=log, stdin=subprocess.DEVNULL)
            while self.process.poll() is None and time.monotonic() < deadline:
                if self.tool("pg_isready", "-h", self.folder, "-p", str(self.port), check=False).returncode == 0:
                    return self
                time.sleep(0.02)
            assert time.monotonic() < deadline, self.log.read_text()[-2000:]
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def pids(self):
        main = self.process.pid
        children = subprocess.run(["pgrep", "-P", str(main)], capture_output=True, text=True).stdout.split()
        return [main, *map(int, children)]

    def signal_all(self, number):
        for pid in self.pids():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def kill(self):
        self.signal_all(signal.SIGKILL)
        self.process.wait()

    def stop(self, how=signal.SIGINT):
        """Fast: connections are cut."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(how)
            self.process.wait(timeout=30)

    def restart(self):
        self.stop()
        return self.start()

    def sql(self, text, database="postgres", user="postgres", check=True):
        done = self.tool("psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", str(self.port), "-U", user,
                         "-d", database, check=False, input=text, env={**os.environ, "PGPASSWORD": PASSWORD})
        assert not check or done.returncode == 0, done.stderr
        return done.stdout.strip() if check else done

    def install(self, schema=None, logins=("ann", "bob")):
        """schema.sql, or another text, the team "shop" and its logins, by a role that is no superuser."""
        self.sql(f"create role keeper login createrole password '{PASSWORD}'; grant create on database postgres to keeper")
        self.sql(schema or SCHEMA.read_text(), user="keeper")
        self.sql("create role shop_members nologin in role batchd_agent; select batchd.make_team('first', 'shop_members')", user="keeper")
        self.add_team("shop")
        for login in logins:
            self.sql(f"create role {login} login password '{PASSWORD}'; grant shop_members to {login};")
        return self

    def add_team(self, team, grace="1 second"):
        """With the members of "shop"."""
        self.sql(f"select batchd.make_team('{team}', 'shop_members'); update batchd.team set grace = '{grace}' where name = '{team}';")

    def copy(self, name):
        """A copy of the stopped cluster, as a snapshot of its storage has it."""
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["cp", "-a", self.data, target], check=True)
        return target
