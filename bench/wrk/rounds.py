"""One scenario: its servers in turn, round by round."""

import subprocess
from functools import partial

import measure
import results
import show
from measure import Running, command_of
from processes import Failure

TROUBLE = (Failure, OSError, subprocess.SubprocessError)


class Round:
    """A scenario while it runs: who still takes part, and what came of it so far."""

    def __init__(self, part, ground, progress):
        self.part = part
        self.ground = ground
        self.progress = progress
        self.chosen = ground.chosen
        self.scenario = part.scenario
        self.running = [Running(ground, part.scenario, server) for server in part.servers]
        self.runs = {pinned: {} for pinned in part.pinned}
        self.checked = {}
        self.commands = {}
        self.failures = []

    def perform(self):
        """Runs all; returns what is kept: a scenario as it is, and pinned."""
        self.running = [running for running in self.running if self.has_room(running)]
        for running in list(self.running):
            self.attempt(running, self.begin, self.part.setup_seconds(self.chosen, running.server), 1)
        for number in range(1, self.part.rounds + 1):
            forth = number % 2 == 1
            for running in self.running[:: 1 if forth else -1]:
                for pinned in self.part.pinned[:: 1 if forth else -1]:
                    if running in self.running:
                        work = partial(self.measure, number=number, pinned=pinned)
                        self.attempt(running, work, self.part.run_seconds(running.server), number)
        return [self.kept(pinned) for pinned in self.part.pinned]

    def has_room(self, running):
        if room := lacking_room(running):
            self.fail(running, room)
        return not room

    def attempt(self, running, work, seconds, number):
        """A step of one server; one that fails takes no more part, which does not stop the others."""
        try:
            words = work(running)
            self.progress.tell(f"{self.part.name}, {running.name}: {words}", seconds)
        except TROUBLE as failure:
            self.running.remove(running)
            self.ground.fleet.stop(running.server)
            self.fail(running, failure)
            steps = (self.part.rounds - number) * len(self.part.pinned)
            rest = steps * self.part.run_seconds(running.server)
            self.progress.tell(f"{self.part.name}, {running.name}: {failure}", seconds + rest, steps + 1)

    def fail(self, running, failure):
        self.failures.append(f"{self.part.name}: {running.name}: {failure}")

    def begin(self, running):
        words = begin(running)
        self.checked[running.name] = running.checked
        self.commands[running.name] = commands_of(running, self.part.seconds, self.ground.temp)
        return words

    def measure(self, running, number, pinned):
        run = measure.run_once(running, self.part, pinned)
        self.runs[pinned].setdefault(running.name, []).append({"round": number, **run})
        words = f"{show.figure({'unit': self.scenario.unit}, run):,.1f} {self.scenario.unit}"
        pinned = ", pinned" if pinned else ""
        return f"round {number} of {self.part.rounds}{pinned}: {words}, {run['errors']} errors"

    def kept(self, pinned):
        servers = [server.name for server in self.part.servers]
        runs = self.runs[pinned]
        return {
            **described(self.part, pinned),
            "repeats": self.part.rounds,
            "checked": self.checked,
            "commands": self.commands,
            "runs": {name: runs[name] for name in servers if name in runs},
        }


def lacking_room(running):
    """Why a server cannot take part in a scenario with so many idle connections, or nothing."""
    scenario = running.scenario
    least = scenario.idle * measure.LEAST_IDLE if scenario.kind == "wrk" else min(scenario.idle, 1000)
    if running.idle >= least:
        return ""
    return f"it has no room for {scenario.idle:,} idle connections, but for {running.idle:,}"


def begin(running):
    """Starts, checks and warms up a server; where each run starts its own, looks only at its answer."""
    fleet = running.ground.fleet
    if running.scenario.starts_each_time:
        fleet.stop(running.server)
        running.start()
        try:
            running.check()
        finally:
            running.stop()
        return "ready"
    fleet.start(running)
    running.pin(False)
    running.check()
    measure.prepare(running)
    return "warm" if running.is_warm else "ready"


def commands_of(running, seconds, temp):
    load = [] if running.scenario.starts_each_time else command_of(running, seconds)
    return {
        "server": results.printable(running.server.command, temp),
        "wrk": results.printable(load, temp),
        "config": running.server.config,
    }


def described(part, pinned):
    """What a scenario is, for the raw results."""
    scenario = part.scenario
    return {
        "name": part.title(pinned),
        "title": scenario.title + (", pinned" if pinned else ""),
        "group": scenario.group,
        "load": {"pace": "wrk", "loop": "wrk"}.get(scenario.kind, scenario.kind),
        "connections": scenario.connections,
        "idle": scenario.idle,
        "unit": scenario.unit,
        "pinned": pinned,
        "seconds": part.seconds,
    }
