"""Cases: what fails around the claims, row by row of docs/team.md. What was acknowledged is there, or its loss is noticed."""
import pathlib
import re
import shutil
import signal
import subprocess
import time

from database import PASSWORD, Server
from helper import new_secret
from protocol import expect, take

WITHIN = 5  # seconds: what a client waits for an answer


def timed(call, *words, **rest):
    start = time.monotonic()
    answer = call(*words, **rest)
    seconds = time.monotonic() - start
    assert seconds < WITHIN, (seconds, answer)
    return answer, seconds


def wait_for_state(helper, state):
    """The events up to the line that says the state."""
    events = []
    while True:
        line = helper.next_unasked(10)
        if line.get("state") == state:
            return events
        assert "event" in line, line
        events.append(line["event"])


def a_server_is_missing(world):
    home = world.home("nowhere", host="/nonexistent")
    helper = world.start(home)
    answer, seconds = timed(helper.hello)
    error = expect(answer, "unavailable")
    assert error["outcome"] == "none" and error["retry_ms"] and "service:batchd" in error["message"], error
    assert seconds < WITHIN
    expect(timed(helper.take, "1.1")[0], "unavailable")  # the same client may go on asking
    expect(world.start(home).hello(service="other"), "denied")


def a_stopped_server_is_noticed(world):
    """SIGSTOP of every process: no answer, and no error from the kernel."""
    helper, other, new = world.helper("stopped"), world.helper("stopped"), world.start()
    nonce = new_secret()[1]
    world.server.signal_all(signal.SIGSTOP)
    try:
        start = time.monotonic()
        connecting = new.send("hello", protocol=[1], workspace="stopped", config={"name": "shop", "service": "batchd"})
        answer, seconds = timed(helper.take, "1.1", nonce=nonce)
        assert expect(answer, "timeout")["outcome"] == "unknown", answer
        assert expect(new.wait(connecting), "unavailable")["outcome"] == "none" and time.monotonic() - start < WITHIN
        other.send("list", plan=None, after=None, most=1)
        status, ending = other.close()
        assert status == 0 and ending < 1, (status, ending)
    finally:
        world.server.signal_all(signal.SIGCONT)
    claim = helper.take("1.1", nonce=nonce)["ok"]  # repeated with the same nonce: one claim
    assert claim["claim"]["fence"] == 1, claim
    assert len(helper.ask("list", plan=None, after=None, most=10)["ok"]["claims"]) == 1
    return f"answers after {seconds:.2f} s, the end of input after {ending:.2f} s"


def a_lock_that_is_held_is_noticed(world):
    """Another member in a transaction block, or a stopped backend, holds the lock of the team."""
    helper = world.helper("locked", timeout_ms=4000)
    holder = subprocess.Popen(["psql", "-X", "-q", "-h", str(world.folder), "-U", "postgres"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    holder.stdin.write("begin; select seq from batchd.team where name = 'shop' for update;\n")
    holder.stdin.flush()
    holder.stdout.readline()
    answer, seconds = timed(helper.take, "1.1")
    assert expect(answer, "unavailable")["outcome"] == "none" and seconds < WITHIN, (answer, seconds)
    assert "ok" in helper.ask("list", plan=None, after=None, most=1)  # which takes no lock
    holder.communicate("rollback;\n")
    assert take(helper, "1.1")


def a_restart_loses_nothing(world):
    """kill -9 and a fast restart: the same epoch, and the waiting client gets each event once."""
    waiter, worker = world.helper("restart"), world.helper("restart")
    seen = waiter.ask("subscribe", after=None, mark=None)["ok"]["seq"]
    for number, end in enumerate((world.server.kill, world.server.stop)):
        claim, nonce = take(worker, f"1.{number}")
        end()
        events = wait_for_state(waiter, "unreachable")
        assert expect(timed(worker.renew, claim, nonce)[0], "unavailable")["outcome"] in ("none", "unknown")
        world.server.start()
        start = time.monotonic()
        assert worker.renew(claim, nonce)["ok"]["kept"]
        worker.end(claim, nonce)
        events += wait_for_state(waiter, "connected")
        seconds = time.monotonic() - start
        assert seconds < WITHIN, seconds
        while not events or events[-1]["type"] != "claim.finished":
            events.append(waiter.next_unasked()["event"])
        assert [event["seq"] for event in events] == [seen + 1, seen + 2], events
        seen += 2
    world.server.restart()
    assert take(worker, "2.1")  # an idle connection that was lost is made again, without an error
    return f"connected again within {seconds:.2f} s"


def a_snapshot_put_back_is_noticed(world):
    """The storage as it was: epoch and fences return, too. The marks of events and the nonces do not."""
    server, helper, waiter = world.server, world.helper("snapshot"), world.helper("snapshot")
    kept, kept_nonce = take(helper, "1.1", ttl_ms=600000)
    server.stop()
    copy = server.copy("copy")
    server.start()
    lost, lost_nonce = take(helper, "1.2", ttl_ms=600000)
    last = waiter.ask("subscribe", after=None, mark=None)["ok"]["seq"]
    server.stop()
    shutil.rmtree(server.data)
    copy.rename(server.data)
    server.start()
    other, other_nonce = take(world.helper("snapshot"), "1.2", by="bob")
    assert other["fence"] == lost["fence"], (other, lost)
    while (line := waiter.next_unasked(10)) != {"resync": "restored"}:
        assert "state" in line, line
    assert helper.renew(kept, kept_nonce)["ok"]["kept"]
    assert helper.renew(lost, lost_nonce)["ok"]["lost"][0]["reason"] == "superseded"
    assert helper.end(lost, lost_nonce)["ok"]["lost"] == "superseded"  # two may have worked on it, one can end it
    assert helper.end(other, other_nonce)["ok"]["claim"]["state"] == "done"
    assert last


def check_new_epoch(world, helper, kept, lost, another):
    """The first answer says so; nothing can be taken yet; what was kept can be renewed, and the loss of the rest is seen."""
    before = helper.greeting["epoch"]
    error = expect(helper.renew(*kept), "epoch")
    assert error["epoch"] != before and error["outcome"] == "none", error
    assert expect(helper.take(another), "settling")["retry_ms"]
    assert helper.renew(*kept)["ok"]["kept"]
    reason = helper.renew(*lost)["ok"]["lost"][0]["reason"]
    assert reason == "gone", reason
    deadline = time.monotonic() + 10
    while "error" in (answer := helper.take(another)):
        expect(answer, "settling")
        assert time.monotonic() < deadline
        time.sleep(0.05)


def a_dump_put_back_is_noticed(world):
    server, helper, waiter = world.server, world.helper("dump"), world.helper("dump")
    kept = take(helper, "1.1", ttl_ms=600000)
    server.tool("pg_dump", "-h", server.folder, "-U", "postgres", "-n", "batchd", "-f", server.folder / "dump.sql", "postgres")
    lost = take(helper, "1.2", ttl_ms=600000)
    server.sql("drop schema batchd cascade")
    server.sql((server.folder / "dump.sql").read_text())
    check_new_epoch(world, helper, kept, lost, "1.3")
    world.helper("dump")
    waiter.ask("subscribe", after=None, mark=None)
    server.sql("select batchd.new_epoch('shop')")
    expect(helper.take("1.4"), "epoch")
    assert waiter.next_unasked() == {"resync": "epoch"}
    time.sleep(1.1)  # the grace of this team
    an_agent_still_can_touch_nothing(server)


def an_agent_still_can_touch_nothing(server):
    done = server.sql("select * from batchd.claim", user="ann", check=False)
    assert "permission denied" in done.stderr, done


def a_promoted_standby_is_noticed(world):
    """It lagged behind, so an acknowledged claim is lost; the timeline shows it."""
    server, helper = world.server, world.helper("standby")
    kept = take(helper, "1.1", ttl_ms=600000)
    server.tool("pg_basebackup", "-h", server.folder, "-U", "postgres", "-D", server.folder / "standby", "-R", "-X", "stream", "-c", "fast")
    standby = Server(server.folder, "standby", port=5433).start()
    try:
        expect(world.start(world.home("standby-home", port=5433)).hello(), "unavailable")  # it is read-only
        deadline = time.monotonic() + 10
        while standby.sql("select count(*) from batchd.claim where id = '1.1' and workspace = 'standby'") != "1":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        standby.stop()
        lost = take(helper, "1.2", ttl_ms=600000)
        server.stop()
        standby.settings = ["port=5432" if setting == "port=5433" else setting for setting in standby.settings]
        standby.port = 5432
        standby.start()
        standby.sql("select pg_promote()")
        check_new_epoch(world, helper, kept, lost, "1.3")
        world.helper("standby")
    finally:
        standby.stop()
        server.start()


def logins_are_denied(world):
    """And the answer names no secret and shows no team."""
    server = world.server
    error = expect(world.start(world.home("wrong", password="wrong-" + PASSWORD[:4])).hello(), "denied")
    assert ".pgpass" in error["message"] and "28P01" in error["message"] and "wrong-" not in error["message"], error
    (world.folder / "wrong/.pgpass").unlink()
    assert "no password" in expect(world.start(world.home("wrong", password="") | {"PGPASSFILE": "/nonexistent"}).hello(), "denied")["message"]
    (world.folder / "wrong/.pgpass").unlink()
    expect(world.start(world.home("unknown-login", user="unknown-login")).hello(), "denied")
    expect(world.start(world.home("nodb", database="nodb")).hello(), "denied")
    unknown = expect(world.start().hello(name="unknown"), "denied")["message"]
    server.sql("create role other_members nologin; grant batchd_agent to other_members; select batchd.make_team('other', 'other_members')")
    assert expect(world.start().hello(name="other"), "denied")["message"] == unknown.replace("unknown", "other")
    bob = world.helper("denied", environment=world.home("bob", user="bob"))
    claim, nonce = take(bob, "1.1")
    server.sql("revoke shop_members from bob")
    expect(bob.renew(claim, nonce), "denied")
    expect(bob.ask("list", plan=None, after=None, most=1), "denied")
    server.sql("grant shop_members to bob")
    assert bob.renew(claim, nonce)["ok"]["kept"]
    server.sql("revoke execute on function batchd.force_end from batchd_agent")
    expect(bob.ask("force", plan="X", id="1.1", fence=1, forget=False, by="bob", why=None), "denied")
    server.sql("grant execute on function batchd.force_end to batchd_agent")
    for url in ("postgresql://ann@127.0.0.1:1/postgres", "postgresql://ann@127.0.0.1:1/postgres?sslmode=require", f"postgresql://ann@127.0.0.1:1,{'%2Ftmp'}/postgres?sslmode=verify-ca"):
        assert "verify-full" in expect(world.start().hello(url=url), "denied")["message"]
    expect(world.start().hello(url="postgresql://ann@127.0.0.1:1/postgres", insecure=True), "unavailable")


def another_schema_is_named(world):
    server = world.server
    server.sql("create database empty")
    error = expect(world.start(world.home("empty")).hello(url=f"postgresql:///empty?host={world.folder}&user=ann"), "unsupported")
    assert "schema.sql" in error["message"], error
    server.sql("create or replace function batchd.schema_version() returns integer language sql immutable as 'select 2'")
    message = expect(world.start().hello(), "unsupported")["message"]
    assert "version 2" in message and "version 1" in message, message
    server.sql("create or replace function batchd.schema_version() returns integer language sql immutable as 'select 1'")
    server.sql("alter system set fsync = off; select pg_reload_conf()")
    deadline = time.monotonic() + 5
    while not (warnings := world.helper("warned").greeting["warnings"]):
        assert time.monotonic() < deadline
    assert [warning["code"] for warning in warnings] == ["team.fsync"], warnings
    server.sql("alter system reset fsync; select pg_reload_conf()")


def idle_connections_are_closed(world):
    """A client that only renews now and then occupies none; the next request connects again."""
    helper = world.helper("idle")
    claim, nonce = take(helper, "1.1")
    count = "select count(*) from pg_stat_activity where application_name = 'batchd test'"
    assert world.server.sql(count) == "1"
    deadline = time.monotonic() + 13
    while world.server.sql(count) != "0":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert helper.renew(claim, nonce)["ok"]["kept"]


def secrets_stay_secret(world):
    """The password is in the file that the user wrote, and nowhere else: no log, no argument, no answer."""
    helper = world.helper("secret")
    process = pathlib.Path(f"/proc/{helper.process.pid}")
    for name in ("cmdline", "environ"):
        assert PASSWORD.encode() not in (process / name).read_bytes(), name
    assert re.search(r"Max core file size\s+0\s+0", (process / "limits").read_text())
    assert world.logs and not any(world.logs), "something on standard error"
    world.server.restart()
    found = []
    for path in world.folder.rglob("*"):
        if path.is_file() and path.name != ".pgpass" and PASSWORD.encode() in path.read_bytes():
            found.append(path)
    assert not found, found


CASES = [a_server_is_missing, a_stopped_server_is_noticed, a_lock_that_is_held_is_noticed, a_restart_loses_nothing, a_snapshot_put_back_is_noticed,
         a_dump_put_back_is_noticed, a_promoted_standby_is_noticed, logins_are_denied, another_schema_is_named]
LONG = [idle_connections_are_closed]
