"""Cases: many agents at once. Each achievement is finished once, and the judge finds one owner at a time."""
import itertools
import threading
import time

from crowd import Crowd, judge

teams = itertools.count(1)


def run(world, machines, agents, achievements, meanwhile=None, **rest):
    """In a new team, so that its events are those of this crowd."""
    team = f"crowd-{next(teams)}"
    world.server.add_team(team, grace="0 seconds")
    crowd = Crowd(world.program, world.environment, machines, agents, achievements, team=team, **rest)
    thread = threading.Thread(target=crowd.run)
    thread.start()
    if meanwhile:  # in this thread: a server that it starts ends with the thread
        meanwhile(crowd)
    thread.join()
    assert not crowd.failures, crowd.failures[:3]
    return f"{crowd.figures()}; {judge(crowd, world.server)} events"


def twenty_processes(world):
    return run(world, 20, 1, 200)


def hundred_agents_on_each_machine(world):
    return run(world, 10, 100, 60, candidates=60, work_ms=100)


def kills(times):
    """kill -9 of the server while the crowd works."""
    def case(world, achievements):
        def kill(crowd):
            for number in range(times):
                goal = len(crowd.ids) * (number + 1) // (times + 2)
                while len(crowd.finished) < goal and not crowd.failures:
                    time.sleep(0.01)
                world.server.kill()
                world.server.start()
        return run(world, 20, 1, achievements, meanwhile=kill, ttl_ms=300, abandoned=0.1, late=0.1)
    return case


def killed_servers(world):
    return kills(2)(world, 120)


def long_twenty_processes(world):
    return run(world, 20, 1, 200)


def long_thousand_agents(world):
    return run(world, 10, 100, 1000, candidates=256)


def long_killed_servers(world):
    return kills(3)(world, 2000)


def long_many_candidates(world):
    return run(world, 20, 1, 4000)


def long_ten_thousand(world):
    """10 machines with 100 agents each; a piece of work takes 10 seconds instead of half an hour."""
    return run(world, 10, 100, 10000, candidates=256, work_ms=10000, is_informed=True, seconds=3600)


def long_short_lived(world):
    """As batchctl does: a helper, and so a connection, for each command."""
    return run(world, 20, 1, 1000, is_short_lived=True)


SHORT = [twenty_processes, hundred_agents_on_each_machine, killed_servers]
LONG = [long_twenty_processes, long_thousand_agents, long_many_candidates, long_short_lived, long_killed_servers, long_ten_thousand]
