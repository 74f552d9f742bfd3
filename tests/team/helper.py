"""A client of a claims helper: requests and answers in lines of JSON."""
import hashlib
import json
import os
import pathlib
import secrets
import select
import subprocess
import time

from database import PASSWORD


def new_secret():
    secret = secrets.token_hex(16)
    return secret, hashlib.sha256(secret.encode()).hexdigest()


def make_home(folder, server, user="ann", password=PASSWORD, database="postgres", host=None, port=None):
    """A home with the two files that libpq reads. Returns the environment of a helper."""
    home = pathlib.Path(folder)
    home.mkdir(exist_ok=True)
    (home / ".pg_service.conf").write_text(f"[batchd]\nhost={host or server.folder}\nport={port or server.port}\ndbname={database}\nuser={user}\n")
    (home / ".pgpass").write_text(f"*:*:*:*:{password}\n")
    (home / ".pgpass").chmod(0o600)
    return {"HOME": str(home), "PGSERVICEFILE": str(home / ".pg_service.conf"), "PGPASSFILE": str(home / ".pgpass"), "PATH": os.environ["PATH"]}


class Silence(Exception):
    pass


class Helper:
    def __init__(self, program, environment, prefix=()):
        self.process = subprocess.Popen([*prefix, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=environment, cwd="/", bufsize=0)
        self.number, self.received, self.lines = 0, b"", []
        self.unasked = []  # events, resyncs and states
        self.log = b""     # standard error, once it has ended

    def send(self, op, **members):
        self.number += 1
        self.write(json.dumps({"n": self.number, "op": op, **members}))
        return self.number

    def write(self, line):
        self.process.stdin.write(line.encode() + b"\n")

    def read(self, seconds=8.0):
        """The next line, of any kind."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self.received:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise Silence(f"no line within {seconds} s")
            part = os.read(self.process.stdout.fileno(), 1 << 16)
            if not part:
                raise Silence("the helper has ended")
            self.received += part
        line, self.received = self.received.split(b"\n", 1)
        assert len(line) < 1 << 20
        return json.loads(line)

    def wait(self, number, seconds=8.0):
        deadline = time.monotonic() + seconds
        while True:
            line = self.read(max(0.001, deadline - time.monotonic()))
            if "n" not in line:
                self.unasked.append(line)
            elif line["n"] == number:
                return line

    def ask(self, op, **members):
        return self.wait(self.send(op, **members))

    def hello(self, name="shop", workspace="plans", timeout_ms=2000, host="box", service="batchd", url=None, **config):
        return self.ask("hello", protocol=[1], workspace=workspace, host=host, agent="batchd test",
                        config={"name": name, "service": None if url else service, "url": url, "timeout_ms": timeout_ms, **config})

    def next_unasked(self, seconds=8.0):
        if not self.unasked:
            self.unasked.append(self.read(seconds))
        return self.unasked.pop(0)

    def take(self, *ids, plan="X", by="ann", nonce=None, ttl_ms=60000, past=None, kind="work"):
        return self.ask("take", by=by, nonce=nonce or new_secret()[1], ttl_ms=ttl_ms, note=None,
                        candidates=[{"plan": plan, "id": id, "for": kind, "past": past} for id in ids])

    def end(self, claim, nonce, result="done", **members):
        return self.ask("end", plan=claim["plan"], id=claim["id"], fence=claim["fence"], nonce=nonce, result=result,
                        **{"commit": "9f3a" * 10, "branch": "ann/x", "note": None, "about": {"order": 1, "fixes": [], "side": None}, **members})

    def renew(self, claim, nonce):
        return self.ask("renew", handles=[{"plan": claim["plan"], "id": claim["id"], "fence": claim["fence"], "nonce": nonce}])

    def close(self):
        """End of input. Returns the exit status and the seconds that it took."""
        start = time.monotonic()
        self.process.stdin.close()
        status = self.process.wait(timeout=5)
        seconds = time.monotonic() - start
        self.log = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return status, seconds
