"""Cases: the requests of the protocol, one by one, and events."""
import json
import time

from helper import new_secret

EIGHT = ("hello", "take", "renew", "finish", "force_end", "sweep", "list", "events")


def expect(answer, code):
    assert answer.get("error", {}).get("code") == code, (code, answer)
    return answer["error"]


def take(helper, *ids, **rest):
    """A claim that is the helper's: the claim and its nonce."""
    nonce = rest.pop("nonce", None) or new_secret()[1]
    answer = helper.take(*ids, nonce=nonce, **rest)
    assert answer.get("ok", {}).get("claim"), answer
    return answer["ok"]["claim"], nonce


def claims_are_taken_renewed_and_ended(world):
    ann, bob = world.helper("life"), world.helper("life", environment=world.home("bob", user="bob"))
    claim, nonce = take(ann, "1.1", "1.2")
    assert (claim["id"], claim["fence"], claim["state"], claim["login"], claim["host"]) == ("1.1", 1, "held", "ann", "box"), claim
    assert claim["until"].endswith("Z") and "nonce" not in claim, claim
    again = ann.take("1.1", "1.2", nonce=nonce)["ok"]
    assert again == {"claim": claim, "repeated": True}, again
    refused = bob.take("1.1", by="bob")["ok"]
    assert refused["claim"] is None and refused["refused"][0]["reason"] == "held" and refused["refused"][0]["claim"] == claim, refused
    second, second_nonce = take(bob, "1.1", "1.2", by="bob")
    assert second["id"] == "1.2", second
    kept = ann.ask("renew", handles=[{"plan": "X", "id": "1.1", "fence": 1, "nonce": nonce}, {"plan": "X", "id": "1.2", "fence": 1, "nonce": nonce},
                                     {"plan": "X", "id": "9.9", "fence": 1, "nonce": nonce}])["ok"]
    assert [claim["id"] for claim in kept["kept"]] == ["1.1"] and kept["kept"][0]["until"] > claim["until"], kept
    assert [lost["reason"] for lost in kept["lost"]] == ["superseded", "gone"], kept
    assert bob.end(claim, second_nonce)["ok"]["lost"] == "superseded"
    done = ann.end(claim, nonce)["ok"]
    mark = done["claim"]["finished"]
    assert done["repeated"] is False and (mark["by"], mark["fence"], mark["order"], mark["commit"]) == ("ann", 1, 1, "9f3a" * 10), done
    assert ann.end(claim, nonce)["ok"]["repeated"] is True
    assert ann.renew(claim, nonce)["ok"]["lost"][0]["reason"] == "done"
    assert bob.end(second, second_nonce, result="given_up", note="no")["ok"]["claim"]["state"] == "given_up"
    assert ann.end(second, second_nonce, result="done")["ok"]["lost"] == "given_up"


def marks_bind_until_they_are_past(world):
    ann = world.helper("marks")
    claim, nonce = take(ann, "1.1")
    ann.end(claim, nonce)
    refused = ann.take("1.1")["ok"]["refused"][0]
    assert refused["reason"] == "finished" and refused["claim"]["finished"]["fence"] == 1, refused
    later, later_nonce = take(ann, "1.1", past=1, kind="review")
    assert later["fence"] == 2 and later["finished"]["fence"] == 1, later
    page = ann.ask("list", plan=None, after=None, most=10)["ok"]
    assert [(row["state"], row["finished"]["fence"]) for row in page["claims"]] == [("held", 1)], page
    assert ann.ask("force", plan="X", id="1.1", fence=2, forget=True, by="eve", why=None)["ok"]["lost"] == "superseded"
    forgotten = ann.ask("force", plan="X", id="1.1", fence=1, forget=True, by="eve", why="thrown away")["ok"]["claim"]
    assert forgotten["finished"] is None and forgotten["state"] == "held", forgotten  # who works on it goes on
    assert ann.renew(later, later_nonce)["ok"]["kept"]
    assert ann.ask("force", plan="X", id="1.1", fence=1, forget=True, by="eve", why=None)["ok"]["lost"] == "gone"
    assert ann.ask("force", plan="X", id="1.1", fence=9, forget=False, by="eve", why=None)["ok"]["lost"] == "superseded"
    assert ann.ask("force", plan="X", id="1.1", fence=2, forget=False, by="eve", why=None)["ok"]["claim"]["state"] == "forced"
    assert ann.renew(later, later_nonce)["ok"]["lost"][0]["reason"] == "forced"


def claims_run_out(world):
    ann, bob = world.helper("late"), world.helper("late")
    claim, nonce = take(ann, "1.1", ttl_ms=50)
    other, other_nonce = take(ann, "1.2", ttl_ms=50)
    third, third_nonce = take(ann, "1.3", ttl_ms=50)
    time.sleep(0.06)
    for sweep in ("", "select batchd.sweep('shop', epoch) from batchd.team where name = 'shop'"):
        world.server.sql(sweep)
        states = [row["state"] for row in ann.ask("list", plan="X", after=None, most=None)["ok"]["claims"]]
        assert states == ["expired"] * 3, states
    assert ann.renew(claim, nonce)["ok"]["kept"][0]["state"] == "held"  # late, and not taken since
    assert take(bob, "1.2", by="bob")[0]["fence"] == 2
    assert ann.renew(other, other_nonce)["ok"]["lost"][0]["reason"] == "superseded"
    assert ann.end(other, other_nonce)["ok"]["lost"] == "superseded"
    again = ann.take("1.3", nonce=third_nonce)["ok"]
    assert again["repeated"] and again["claim"]["state"] == "held" and again["claim"]["fence"] == third["fence"], again
    ann.end(third, third_nonce)
    ended = ann.take("1.3", "1.4", nonce=third_nonce)["ok"]  # a repeated request takes no second one
    assert ended["repeated"] and ended["claim"]["state"] == "done", ended


def lists_have_pages(world):
    ann = world.helper("pages")
    for number in range(7):
        take(ann, f"1.{number}", plan="Y" if number == 6 else "X")
    found, after = [], None
    while True:
        page = ann.ask("list", plan=None, after=after, most=3)["ok"]
        found += [(row["plan"], row["id"]) for row in page["claims"]]
        after = page["after"]
        if not after:
            break
    assert found == [("X", f"1.{n}") for n in range(6)] + [("Y", "1.6")], found
    assert len(ann.ask("list", plan="Y", after=None, most=10)["ok"]["claims"]) == 1
    world.server.sql("update batchd.claim set finished = jsonb_build_object('fence', 1, 'x', repeat('x', 4000)) where workspace = 'pages';"
                     "insert into batchd.claim select team, workspace, plan, '2.' || n, 1, kind, 'done', finished, owner, login, host, nonce, taken, until, ttl_ms, note "
                     "from batchd.claim, generate_series(1, 500) n where workspace = 'pages' and plan = 'Y'")
    found, after = 0, None
    while True:  # a page of 500 does not fit in a line
        page = ann.ask("list", plan="Y", after=after, most=500)["ok"]
        found += len(page["claims"])
        after = page["after"]
        if not after:
            break
    assert found == 501, found


REFUSED = (  # a line, what is refused
    ('{"n":1', "bad"), ("[]", "bad"), ("null", "bad"), ("", "bad"), ('{"n":-1,"op":"list"}', "bad"), ('{"n":1.5,"op":"list"}', "bad"), ('{"op":"list"}', "bad"),
    ('{"n":9007199254740994,"op":"list"}', "bad"), ('{"n":1,"n":2,"op":"list"}', "bad"), ('{"n":1,"op":7}', "bad"), ('{"n":1,"op":"drop"}', "unsupported"),
    ('{"n":1,"op":"list","most":"x"}', "bad"), ('{"n":1,"op":"list","after":["X"]}', "bad"), ('{"n":1,"op":"list","plan":7}', "bad"),
    ('{"n":1,"op":"renew"}', "bad"), ('{"n":1,"op":"renew","handles":{}}', "bad"), ('{"n":1,"op":"renew","handles":[{"fence":"x"}]}', "bad"),
    ('{"n":1,"op":"take","by":"a","nonce":"x","ttl_ms":1000,"candidates":[{"plan":"X","id":"1.1","for":"work","past":null}]}', "bad"),
    ('{"n":1,"op":"subscribe","after":"x"}', "bad"), ('{"n":1,"op":"list","plan":"\\u0000"}', "bad"), ('{"n":1,"op":"list","plan":"\xff"}'.encode("latin-1"), "bad"),
    ('{"n":1,"op":"list","x":' + "[" * 40 + "]" * 40 + "}", "bad"),
)


def what_is_not_a_request_is_refused(world):
    new = world.start()
    expect(new.ask("list", plan=None, after=None, most=1), "bad")  # before hello
    expect(new.ask("hello", protocol=[2, 3], config={}, workspace="x"), "unsupported")
    for words in ({"name": "Shop"}, {"name": "a" * 41}, {"name": ""}, {"service": "x", "url": "postgresql://h/d"}, {"service": None}, {"timeout_ms": 1},
                  {"workspace": ""}, {"url": "postgresql://h/d?options=-cx"}, {"url": "postgresql://h/d?sslkey=/x"}, {"url": "http://h"}):
        if "url" in words and "service" not in words:
            words["service"] = None
        answer = new.ask("hello", protocol=[1], workspace=words.pop("workspace", "x"), host="h", agent="t",
                         config={"name": "shop", "service": "batchd", "url": None, "timeout_ms": 2000, **words})
        expect(answer, "bad")
    for url in ("postgresql://ann:hunter2@h/d", "postgresql://h/d?password=hunter2", "postgresql://ann:hunter2@h:x/d?sslmode="):
        assert "hunter2" not in json.dumps(expect(new.hello(url=url), "bad"))
    ann = world.helper("refused")
    for line, code in REFUSED:
        ann.process.stdin.write((line if isinstance(line, bytes) else line.encode()) + b"\n")
        expect(ann.read(), code)
    good = new_secret()[1]
    one = {"plan": "X", "id": "1.1", "for": "work", "past": None}
    for words in ({"candidates": [one] * 257}, {"candidates": [one | {"id": "1.1; drop"}]}, {"candidates": [one | {"for": "fun"}]}, {"candidates": [one | {"past": 1.5}]},
                  {"candidates": [one | {"plan": "x" * 1025}]}, {"nonce": "f" * 63}, {"ttl_ms": 5}, {"ttl_ms": 86400001}, {"by": "b" * 201}, {"by": None},
                  {"note": "n" * 501}, {"candidates": "x"}):
        error = expect(ann.ask("take", **{"by": "ann", "nonce": good, "ttl_ms": 1000, "note": None, "candidates": [one], **words}), "bad")
        assert error["outcome"] == "none", error
    claim, nonce = take(ann, "1.1")
    for words in ({"result": "gone"}, {"commit": "xyz"}, {"branch": "b" * 256}, {"about": {"x": "y" * 5000}}, {"about": []}, {"fence": 2 ** 53 + 2}, {"fence": None}):
        expect(ann.ask("end", **{"plan": "X", "id": "1.1", "fence": claim["fence"], "nonce": nonce, "result": "done", "commit": None, "branch": None, "note": None,
                                 "about": None, **words}), "bad")
    assert ann.end(claim, nonce, commit=None, branch=None, about=None)["ok"]["repeated"] is False
    ann.process.stdin.write(b"x" * ((1 << 20) + 70000))
    assert expect(ann.read(), "bad") and ann.process.wait(5) == 1


def the_end_of_input_ends_it(world):
    for prepare in (lambda helper: None, lambda helper: helper.ask("subscribe", after=None, mark=None)):
        helper = world.helper("end")
        prepare(helper)
        status, seconds = helper.close()
        assert status == 0 and seconds < 5, (status, seconds)
    helper = world.helper("end")
    numbers = [helper.send("list", plan=None, after=None, most=1) for _ in range(50)]
    helper.process.stdin.close()  # what was asked is answered
    for number in numbers:
        assert "ok" in helper.wait(number)
    assert helper.process.wait(1) == 0


def events_arrive(world):
    waiter, worker = world.helper("events"), world.helper("events")
    begun = waiter.ask("subscribe", after=None, mark=None)["ok"]["seq"]
    delays = []
    for number in range(5):
        start = time.monotonic()
        claim, nonce = take(worker, f"1.{number}")
        event = waiter.next_unasked()["event"]
        delays.append(time.monotonic() - start)
        assert (event["type"], event["data"]["id"], event["seq"]) == ("claim.taken", f"1.{number}", begun + 1 + 2 * number), event
        worker.end(claim, nonce, result=("done", "given_up")[number % 2])
        event = waiter.next_unasked()["event"]
        assert (event["type"], event["data"].get("reason")) == (("claim.finished", None), ("claim.released", "given_up"))[number % 2], event
    assert sorted(delays)[2] < 0.5, delays
    take(worker, "2.1", ttl_ms=300)
    assert waiter.next_unasked()["event"]["type"] == "claim.taken"
    worker.close()
    event = waiter.next_unasked(2)["event"]  # no request comes: the waiting client sweeps
    assert event["type"] == "claim.expired", event
    late = world.helper("events")
    assert late.ask("subscribe", after=event["seq"] - 3, mark=world.server.sql(f"select mark from batchd.event where seq = {event['seq'] - 3}"))["ok"]["seq"] == event["seq"]
    assert [late.next_unasked()["event"]["seq"] for _ in range(3)] == [event["seq"] - 2, event["seq"] - 1, event["seq"]]
    late.ask("subscribe", after=event["seq"], mark="0123456789abcdef")
    assert late.next_unasked() == {"resync": "restored"}
    late.ask("subscribe", after=event["seq"] + 100, mark="0123456789abcdef")
    assert late.next_unasked() == {"resync": "restored"}
    world.server.sql("delete from batchd.event where seq <= 3")
    late.ask("subscribe", after=1, mark="0123456789abcdef")
    assert late.next_unasked() == {"resync": "trimmed"}
    claim, nonce = take(late, "3.1")
    assert late.next_unasked()["event"]["data"]["id"] == "3.1"
    return f"wakes within {1000 * sorted(delays)[2]:.0f} ms"


def a_waiting_client_is_quiet(world):
    """Without a notification, and with no claim that runs out soon, it asks the server nothing."""
    world.server.add_team("quiet")
    waiter = world.helper("quiet", name="quiet")
    asked = "select count(*) || ' ' || max(query_start) from pg_stat_activity where query like '%batchd.events%' and pid <> pg_backend_pid()"
    for is_held in (False, True):
        if is_held:
            take(world.helper("quiet", name="quiet"), "1.1")
        waiter.ask("subscribe", after=None, mark=None)
        time.sleep(0.1)
        before = world.server.sql(asked)
        time.sleep(0.6)
        assert before.startswith("1 ") and world.server.sql(asked) == before, before


def peak_kilobytes(helper):
    return int(next(line.split()[1] for line in open(f"/proc/{helper.process.pid}/status") if line.startswith("VmHWM")))


def a_slow_reader_gets_every_event(world):
    slow = world.helper("slow")
    begun = slow.ask("subscribe", after=None, mark=None)["ok"]["seq"]
    before = peak_kilobytes(slow)
    world.server.sql("set search_path = batchd; do $$ begin for n in 1..3000 loop "
                     "perform record_event('shop', 'claim.taken', jsonb_build_object('n', n, 'x', repeat('x', 1000))); end loop; end $$")
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:  # it holds back what is not read
        assert peak_kilobytes(slow) - before < 20000
        time.sleep(0.1)
    for number in range(3000):
        assert slow.next_unasked()["event"]["seq"] == begun + 1 + number
    mark = world.server.sql(f"select mark from batchd.event where team = 'shop' and seq = {begun}")
    slow.ask("subscribe", after=begun if mark else 0, mark=mark)
    assert "ok" in slow.ask("list", plan=None, after=None, most=1)
    assert len(slow.unasked) < 1500  # a request comes before the rest of the events


def an_agent_can_touch_nothing_else(world):
    """Every table, column right and function that is not one of the eight."""
    server = world.server
    tables = server.sql("select relname from pg_class where relnamespace = 'batchd'::regnamespace and relkind in ('r', 'v', 'S', 'm', 'p')").split()
    assert set(tables) == {"team", "claim", "event"}, tables
    refused = 0
    for table in tables:
        for statement in (f"select * from batchd.{table}", f"insert into batchd.{table} default values", f"delete from batchd.{table}", f"truncate batchd.{table}",
                          f"update batchd.{table} set team = 'x'" if table != "team" else "update batchd.team set name = 'x'", f"begin; lock table batchd.{table}",
                          f"drop table batchd.{table}", "create table batchd.other ()"):
            done = server.sql(statement, user="ann", check=False)
            assert done.returncode and ("permission denied" in done.stderr or "must be owner" in done.stderr), (statement, done)
            refused += 1
    functions = server.sql("select p.oid::regprocedure || '|' || proname || '|' || has_function_privilege('ann', p.oid, 'execute') || '|' || prosecdef || '|' || "
                           "coalesce(array_to_string(proconfig, ','), '') from pg_proc p where pronamespace = 'batchd'::regnamespace").splitlines()
    for line in functions:
        signature, name, allowed, definer, config = line.split("|")
        assert (allowed == "true") == (name in EIGHT), line
        assert (definer == "true") == (name in EIGHT), line
        assert definer == "false" or config == "search_path=batchd, pg_temp", line
        if name not in EIGHT:
            types = signature[signature.index("(") + 1:-1].split(",") if "()" not in signature else []
            done = server.sql(f"select batchd.{name}({', '.join('null::' + kind for kind in types)})", user="ann", check=False)
            assert done.returncode and "permission denied" in done.stderr, (line, done)
            refused += 1
    assert len(functions) > len(EIGHT)
    assert server.sql("select batchd.hello('shop')", user="ann", check=False).returncode == 0
    return f"{refused} attempts refused"


CASES = [claims_are_taken_renewed_and_ended, marks_bind_until_they_are_past, claims_run_out, lists_have_pages, what_is_not_a_request_is_refused,
         the_end_of_input_ends_it, an_agent_can_touch_nothing_else, events_arrive, a_waiting_client_is_quiet, a_slow_reader_gets_every_event]
