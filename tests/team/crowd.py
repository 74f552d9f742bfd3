"""Many agents that take, finish, abandon and renew late, on many machines; and a judge that reads the server's events."""
import collections
import heapq
import itertools
import json
import random
import threading
import time

from helper import Helper, Silence, new_secret

RETRIED = ("unavailable", "timeout", "settling", "epoch")


class Crowd:
    """MACHINES helpers, each with AGENTS agents, finish ACHIEVEMENTS. Each of the shares 0 to 1 is of the claims."""

    def __init__(self, program, environment, machines, agents, achievements, candidates=32, ttl_ms=60000, abandoned=0.0, late=0.0,
                 seconds=600, work_ms=0, is_short_lived=False, is_informed=False, team="shop"):
        self.program, self.environment, self.machines, self.agents = program, environment, machines, agents
        self.ids = [f"{i // 100 + 1}.{i % 100}" for i in range(achievements)]
        self.candidates, self.ttl_ms, self.abandoned, self.late = candidates, ttl_ms, abandoned, late
        self.work_ms, self.is_short_lived = work_ms, is_short_lived  # a new helper for each command
        self.known, self.busy = (set(), {}) if is_informed else (None, None)  # of all machines, as the lists that batchctl reads
        self.held_seconds = min(max(0.5, work_ms / 2000), ttl_ms / 1000)  # for so long what another holds is not asked for
        self.team = team
        self.deadline = time.monotonic() + seconds
        self.lock = threading.Lock()
        self.taken, self.finished = [], []  # what was acknowledged: (id, fence, by)
        self.times = collections.defaultdict(list)  # op → seconds of each call
        self.errors = collections.Counter()
        self.failures = []

    def run(self):
        start = time.monotonic()
        threads = [threading.Thread(target=self.guard, args=(number,)) for number in range(self.machines)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.seconds = time.monotonic() - start

    def guard(self, number):
        try:
            Machine(self, number).run()
        except Exception as error:
            self.failures.append(repr(error))

    def figures(self):
        takes = sorted(self.times["take"])
        calls = sum(map(len, self.times.values()))
        return (f"{self.machines} x {self.agents} agents, {len(self.ids)} achievements: {self.seconds:.1f} s, {calls} calls, {calls / self.seconds:.0f} a second; "
                f"take: mean {1000 * sum(takes) / len(takes):.1f} ms, 99 of 100 within {1000 * takes[len(takes) * 99 // 100]:.0f} ms; errors {dict(self.errors)}")


class Machine:
    """One helper, and the agents that share it. Every agent has at most one request on its way."""

    def __init__(self, crowd, number):
        self.crowd, self.number = crowd, number
        self.dice = random.Random(number)
        self.known = set() if crowd.known is None else crowd.known  # finished, as this machine has learnt
        self.busy = {} if crowd.busy is None else crowd.busy        # held by others, and until when that is believed
        self.due = []       # (when, agent, what is next)
        self.sent = {}      # n → (agent, op, members, then, when)
        self.helper = None
        self.left = crowd.agents

    def greet(self):
        while time.monotonic() < self.crowd.deadline:
            self.helper = Helper(self.crowd.program, self.crowd.environment)
            answer = self.helper.hello(name=self.crowd.team, host=f"box{self.number}", timeout_ms=5000)
            if "ok" in answer:
                return
            assert answer["error"]["code"] in RETRIED, answer
            self.crowd.errors[answer["error"]["code"]] += 1
            self.helper.close()
        raise AssertionError("the time is up")

    def run(self):
        self.greet()
        for agent in range(self.crowd.agents):
            self.later(0, agent, self.take, None)
        while self.left:
            now = time.monotonic()
            assert now < self.crowd.deadline, "the time is up"
            while self.due and self.due[0][0] <= now:
                _, _, agent, step, data = heapq.heappop(self.due)
                step(agent, data)
            if self.sent:
                self.receive(0.005 if self.due else 8)
            elif self.due:
                time.sleep(max(0, min(0.05, self.due[0][0] - time.monotonic())))
        assert self.helper.close()[0] == 0

    def later(self, seconds, agent, step, data):
        heapq.heappush(self.due, (time.monotonic() + seconds, self.dice.random(), agent, step, data))

    def send(self, agent, op, members, then):
        if self.crowd.is_short_lived and op != "renew" and not self.sent:
            self.helper.close()
            self.greet()
        self.sent[self.helper.send(op, **members)] = (agent, op, members, then, time.monotonic())

    def receive(self, seconds):
        try:
            answer = self.helper.read(seconds)
        except Silence:
            assert seconds < 1, "the helper is silent"
            return
        agent, op, members, then, start = self.sent.pop(answer["n"])
        with self.crowd.lock:
            self.crowd.times[op].append(time.monotonic() - start)
        if "ok" in answer:
            return then(agent, members, answer["ok"])
        assert answer["error"]["code"] in RETRIED, answer
        self.crowd.errors[answer["error"]["code"]] += 1
        self.later(0.02, agent, lambda agent, _: self.send(agent, op, members, then), None)  # the same, with its nonce

    def take(self, agent, _):
        now = time.monotonic()
        free = [id for id in self.crowd.ids if id not in self.known]
        if not free:
            self.left -= 1
            return
        free = list(itertools.islice((id for id in free if self.busy.get(id, 0) < now), self.crowd.candidates))
        if not free:  # as one that waits for an event
            return self.later(self.dice.uniform(0.02, 0.1), agent, self.take, None)
        self.send(agent, "take", {"by": f"agent-{self.number}-{agent}", "nonce": new_secret()[1], "ttl_ms": self.crowd.ttl_ms, "note": None,
                                  "candidates": [{"plan": "X", "id": id, "for": "work", "past": None} for id in free]}, self.has_taken)

    def learn(self, refused):
        believed = time.monotonic() + self.crowd.held_seconds
        self.known |= {refusal["id"] for refusal in refused if refusal["reason"] == "finished"}
        self.busy |= {refusal["id"]: believed for refusal in refused if refusal["reason"] == "held"}

    def has_taken(self, agent, members, ok):
        claim = ok["claim"]
        if not claim:
            self.learn(ok["refused"])
            return self.later(0, agent, self.take, None)
        if claim["state"] != "held":  # repeated, and it has ended since
            return self.later(0, agent, self.take, None)
        with self.crowd.lock:
            self.crowd.taken.append((claim["id"], claim["fence"], members["by"]))
        self.busy[claim["id"]] = time.monotonic() + self.crowd.held_seconds
        held = (claim, members["nonce"])
        luck = self.dice.random()
        if luck < self.crowd.abandoned:
            return self.later(0, agent, self.take, None)
        if luck < self.crowd.abandoned + self.crowd.late:
            return self.later(self.crowd.ttl_ms / 1000 + 0.05, agent, self.renew, held)
        self.later(self.crowd.work_ms / 1000, agent, self.end, held)

    def renew(self, agent, held):
        claim, nonce = held
        handles = [{"plan": "X", "id": claim["id"], "fence": claim["fence"], "nonce": nonce}]
        self.send(agent, "renew", {"handles": handles},
                  lambda agent, _, ok: self.later(0, agent, self.end if ok["kept"] else self.take, held if ok["kept"] else None))

    def end(self, agent, held):
        claim, nonce = held
        self.send(agent, "end", {"plan": "X", "id": claim["id"], "fence": claim["fence"], "nonce": nonce, "result": "done", "commit": "9f3a" * 10,
                                 "branch": "b", "note": None, "about": {"order": 1, "fixes": [], "side": None}},
                  lambda agent, _, ok: self.has_ended(agent, claim, ok))

    def has_ended(self, agent, claim, ok):
        if "lost" not in ok:
            self.known.add(claim["id"])
            with self.crowd.lock:
                self.crowd.finished.append((claim["id"], claim["fence"], f"agent-{self.number}-{agent}"))
        self.later(0, agent, self.take, None)


def judge(crowd, server):
    """By the events of the server: numbers without gaps, one owner at a time, and all that was acknowledged."""
    events = [json.loads(line) for line in server.sql(
        "select json_build_object('seq', seq, 'type', type, 'id', data ->> 'id', 'fence', data -> 'fence', 'by', data ->> 'by', 'reason', data ->> 'reason') "
        f"from batchd.event where team = '{crowd.team}' order by seq").splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1)), "a gap in the numbers of the events"
    holder, fences, finished, taken = {}, collections.Counter(), collections.Counter(), set()
    for event in events:
        id, who = event["id"], (event["fence"], event["by"])
        if event["type"] == "claim.taken" and event["reason"]:
            assert id not in holder and fences[id] == event["fence"], f"{event} renewed what another has"
            holder[id] = who
        elif event["type"] == "claim.taken":
            assert id not in holder, f"{event}, but {holder[id]} has it"
            assert not finished[id], f"{event}, but it was finished"
            assert event["fence"] == fences[id] + 1, f"{event}: a fence twice, or left out"
            holder[id], fences[id] = who, event["fence"]
            taken.add((id, *who))
        elif event["type"].startswith("claim."):
            if event["type"] == "claim.finished" and id not in holder:
                assert fences[id] == event["fence"], event  # it had run out, and was not taken since
            else:
                assert holder.pop(id) == who, event
            finished[id] += event["type"] == "claim.finished"
    assert set(crowd.taken) <= taken, f"acknowledged, but not there: {list(set(crowd.taken) - taken)[:3]}"
    assert finished == collections.Counter(crowd.ids), "not each achievement was finished once"
    assert collections.Counter(id for id, _, _ in crowd.finished) == collections.Counter(crowd.ids), "not each was acknowledged once"
    return len(events)
