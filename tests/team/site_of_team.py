"""A team in a temporary folder: programs with their helpers, and machines that each have a clone of one repository."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLE = HERE.parent.parent / "docs" / "example" / "plans"


class Run:
    def __init__(self, status, output, errors):
        self.status, self.output, self.errors = status, output, errors

    @property
    def json(self):
        return json.loads(self.output)

    @property
    def data(self):
        return self.json["data"]

    def __repr__(self):
        return f"status {self.status}\n--- output\n{self.output}\n--- errors\n{self.errors}"


class Machine:
    """A user's home and clone, as on a separate machine."""

    def __init__(self, site, name):
        self.site, self.name = site, name
        self.home, self.clone = site.folder / name, site.folder / f"{name}-clone"
        self.home.mkdir()
        self.environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "BATCHCTL_AS": name,
                            "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": name, "GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": name}

    @property
    def plans(self):
        return self.clone / "plans"

    def run(self, *words, status=0, said=None, cwd=None, **environment):
        done = subprocess.run([self.site.programs / "batchctl", *words], cwd=cwd or self.plans, env=self.environment | environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        run = Run(done.returncode, done.stdout, done.stderr)
        assert status is None or run.status == status, f"{self.name}: {words} should end with {status}\n{run}"
        assert not said or said in run.output + run.errors, f"{self.name}: {words} should say \"{said}\"\n{run}"
        return run

    def start(self, *words, stdin=subprocess.DEVNULL, **environment):
        return subprocess.Popen([self.site.programs / "batchctl", *words], cwd=self.plans, env=self.environment | environment,
                                stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def git(self, *words):
        return subprocess.run(["git", *words], cwd=self.clone, env=self.environment, check=True, capture_output=True, text=True).stdout

    def commit(self, message="work"):
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def agree(self):
        self.run("team", "init", "--yes")

    def claims(self):
        """ID → the item of "claims --json"."""
        return {item["id"]: item for plan in self.run("claims", "--json").data["plans"] for item in plan["claims"]}


class Site:
    """HELPER is that of the committed configuration; None: there is no team yet."""

    def __init__(self, program, helper="memory", config=""):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="batchd-team-"))
        self.programs = self.folder / "programs"
        self.programs.mkdir()
        shutil.copy(program, self.programs / "batchctl")
        for name in ("batchd-claims-memory", "batchd-claims-faulty", "batchd-claims-live"):
            shutil.copy(HERE / name, self.programs)
        self.config = helper and f"[team]\nclaims = {helper}\nname = shop\nservice = x\n{config}"
        self.machines = []

    def machine(self, name, agrees=True):
        """The first one makes the repository, the others clone it."""
        machine = Machine(self, name)
        if self.machines:
            machine.git_clone = subprocess.run(["git", "clone", "-q", self.machines[0].clone, machine.clone], check=True, env=machine.environment)
        else:
            machine.clone.mkdir()
            shutil.copytree(EXAMPLE, machine.plans)
            if self.config:
                (machine.plans / ".batchd").mkdir()
                (machine.plans / ".batchd" / "config").write_text(self.config)
            machine.git("init", "-q", "-b", "main")
            machine.commit("plans")
        self.machines.append(machine)
        if agrees:
            machine.agree()
        return machine

    def say(self, *messages):
        """What the helper batchd-claims-live says without being asked."""
        (self.programs / "saying").write_text("".join(json.dumps(message) + "\n" for message in messages))
        (self.programs / "saying").rename(self.programs / "said")

    def fault(self, text):
        (self.programs / "fault").write_text(text)

    def seen(self):
        return json.loads((self.programs / "seen").read_text())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)
