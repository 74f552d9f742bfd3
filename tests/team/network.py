"""Cases over a network of two namespaces, which need root: TLS with certificates of the test, and a link that is cut."""
import os
import subprocess
import time

from database import PASSWORD, Server, give
from failures import timed, wait_for_state
from helper import make_home, new_secret
from protocol import expect, take

NAME, ADDRESS, PORT = "claims.example.net", "10.99.0.1", 5434


def tool(*words, **rest):
    return subprocess.run(words, check=True, capture_output=True, text=True, **rest)


def can_run():
    return not os.geteuid() and subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode == 0


class Namespace:
    """A network namespace, as long as its process lives."""

    def __init__(self):
        self.process = subprocess.Popen(["setpriv", "--pdeathsig=KILL", "unshare", "--net", "sh", "-c", "echo; exec sleep 1000"], stdout=subprocess.PIPE)
        self.process.stdout.readline()
        self.inside = ["nsenter", f"--net=/proc/{self.process.pid}/ns/net", "--"]
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *words):
        return tool(*self.inside, *words)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def make_certificates(folder):
    """An authority, certificates of it for NAME and ADDRESS and for the login "carol", and another authority."""
    folder.mkdir()
    for authority in ("authority", "other"):
        tool("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={authority}",
             "-keyout", f"{authority}.key", "-out", f"{authority}.pem", cwd=folder)
        (folder / f"{authority}.key").chmod(0o600)
    (folder / "names").write_text(f"subjectAltName=DNS:{NAME},IP:{ADDRESS}\n")
    for name, subject in (("server", "server"), ("client", "carol")):
        tool("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={subject}", "-keyout", f"{name}.key",
             "-out", f"{name}.csr", cwd=folder)
        tool("openssl", "x509", "-req", "-days", "2", "-in", f"{name}.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial",
             "-extfile", "names", "-out", f"{name}.pem", cwd=folder)
    (folder / "client.key").chmod(0o600)
    for name in ("server.key", "server.pem"):
        (folder / name).chmod(0o600)
        give(folder / name)


class Network:
    """A server in one namespace, clients in the other, a cable between them."""

    def __init__(self, world, name):
        self.world, self.certificates = world, world.folder / f"{name}-certificates"
        self.near, self.far = Namespace(), Namespace()
        tool("ip", "link", "add", "far0", "netns", str(self.far.process.pid), "type", "veth", "peer", "name", "near0", "netns", str(self.near.process.pid))
        self.far.run("ip", "address", "add", f"{ADDRESS}/24", "dev", "far0")
        self.near.run("ip", "address", "add", "10.99.0.2/24", "dev", "near0")
        self.near.run("ip", "link", "set", "near0", "up")
        self.plug()
        make_certificates(self.certificates)
        self.server = Server(world.folder, f"{name}-data", PORT, settings=[f"listen_addresses={ADDRESS}"])
        self.server.prefix = self.far.inside
        self.server.make()
        with open(self.server.data / "postgresql.auto.conf", "a") as settings:
            settings.write(f"ssl = on\nssl_cert_file = '{self.certificates}/server.pem'\nssl_key_file = '{self.certificates}/server.key'\n"
                           f"ssl_ca_file = '{self.certificates}/authority.pem'\n")
        logins = self.server.data / "pg_hba.conf"
        logins.write_text("hostssl all carol all cert\n" + logins.read_text())
        self.server.start().install()

    def plug(self):
        self.far.run("ip", "link", "set", "far0", "up")

    def cut(self):
        self.far.run("ip", "link", "set", "far0", "down")

    def home(self, name, host=NAME, mode="verify-full", authority="authority", password=PASSWORD, user="ann", certificate=""):
        environment = make_home(self.world.folder / name, self.server, password=password)
        (self.world.folder / name / ".pg_service.conf").write_text(
            f"[batchd]\nhost={host}\nhostaddr={ADDRESS}\nport={PORT}\ndbname=postgres\nuser={user}\nsslmode={mode}\nsslrootcert={self.certificates}/{authority}.pem\n"
            + (f"sslcert={self.certificates}/{certificate}.pem\nsslkey={self.certificates}/{certificate}.key\n" if certificate else ""))
        return environment

    def start(self, environment):
        return self.world.start(environment, prefix=self.near.inside)

    def helper(self, workspace):
        helper = self.start(self.home("far"))
        answer = helper.hello(workspace=workspace)
        assert "ok" in answer, answer
        helper.greeting = answer["ok"]
        return helper

    def end(self):
        self.server.stop()
        self.near.end()
        self.far.end()


def on_a_network(case):
    def run(world):
        if not can_run():
            return "left out: it needs root"
        network = Network(world, case.__name__)
        try:
            return case(world, network)
        finally:
            network.end()
    run.__name__ = case.__name__
    return run


@on_a_network
def a_server_proves_its_identity(world, network):
    helper = network.helper("tls")
    assert helper.greeting["server"]["tls"] == "TLSv1.3" and not helper.greeting["warnings"], helper.greeting
    url = f"postgresql://ann@{ADDRESS}:{PORT}/postgres?sslmode=verify-full&sslrootcert={network.certificates}/authority.pem"
    assert "ok" in network.start(network.home("far")).hello(url=url)
    for words, expected in (({"host": "other.example.net"}, "certificate"), ({"authority": "other"}, "certificate"), ({"authority": "missing"}, "certificate"),
                            ({"mode": "verify-ca"}, "verify-full"), ({"mode": "require"}, "verify-full"), ({"mode": "prefer"}, "verify-full"), ({"mode": "disable"}, "verify-full"),
                            ({"password": "wrong"}, "28P01")):
        error = expect(network.start(network.home("near", **words)).hello(), "denied")
        assert expected in error["message"] and PASSWORD not in error["message"], (words, error)
    network.server.sql("create role carol login in role shop_members")
    answer = network.start(network.home("near", user="carol", certificate="client")).hello()
    assert answer["ok"]["server"]["login"] == "carol", answer
    for words, expected in (({}, "certificate"), ({"certificate": "other"}, "unknown ca")):
        assert expected in expect(network.start(network.home("near", user="carol", **words)).hello(), "denied")["message"]
    answer = network.start(network.home("near", mode="require")).hello(insecure=True)
    assert [warning["code"] for warning in answer["ok"]["warnings"]] == ["team.insecure"], answer
    expect(network.start(network.home("near", mode="disable")).hello(insecure=True), "denied")  # pg_hba.conf
    network.server.sql("alter system set ssl = off; select pg_reload_conf()")
    deadline = time.monotonic() + 5
    while "ok" in (answer := network.start(network.home("near")).hello()):
        assert time.monotonic() < deadline
    assert "SSL" in expect(answer, "denied")["message"], answer


@on_a_network
def a_cut_cable_is_noticed(world, network):
    worker, waiter = network.helper("cut"), network.helper("cut")
    claim, claim_nonce = take(worker, "1.1")
    seen = waiter.ask("subscribe", after=None, mark=None)["ok"]["seq"]
    nonce = new_secret()[1]
    network.cut()
    asked = waiter.send("list", plan=None, after=None, most=1)
    answer, lost = timed(worker.take, "1.2", nonce=nonce)
    assert expect(answer, "timeout")["outcome"] == "unknown", answer
    expect(waiter.wait(asked), "timeout")
    answer, again = timed(worker.take, "1.2", nonce=nonce)  # meanwhile the other one tries to connect, and pauses
    assert expect(answer, "unavailable")["outcome"] == "none", answer
    assert wait_for_state(waiter, "unreachable") == []
    network.plug()
    start = time.monotonic()
    events = wait_for_state(waiter, "connected")
    connected = time.monotonic() - start
    assert connected < 2, connected
    taken = worker.take("1.2", nonce=nonce)["ok"]
    assert taken["claim"]["id"] == "1.2" and taken["claim"]["fence"] == 1, taken
    assert worker.renew(claim, claim_nonce)["ok"]["kept"]
    events = events or [waiter.next_unasked()["event"]]  # the kernel may have sent the first take now
    assert [event["seq"] for event in events] == [seen + 1], events
    return f"answers after {lost:.2f} s and {again:.2f} s, connected {connected:.2f} s after the repair"


CASES = [a_server_proves_its_identity, a_cut_cable_is_noticed]
