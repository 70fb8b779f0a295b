"""Pairs: two servers, or two builds, in turn in short runs, many times; the ratio of each pair counts.

What the machine does in a second it does to both, and the order alternates. So the ratios differ less
than the figures do, and the interval of their median tells small differences. intervals.py has the
statistics.
"""

import os
import shlex
import subprocess
from pathlib import Path

import measure
import results
import show
from lineup import found_server
from measure import Running
from plan import PINNED, Part
from processes import Failure, found_program
from rounds import begin, commands_of, described, lacking_room
from scenarios import SCENARIOS, SERVERS
from servers import Passerelle

KEPT = (
    "pinned",
    "requests_per_second",
    "megabytes_per_second",
    "server_cpu_micros_per_request",
    "wrk_cpu_percent",
    "other_cpu_percent",
    "latency_ms",
    "scripts_per_second",
    "octets_per_connection",
    "heap_per_connection",
    "start_ms",
    "start_cpu_ms",
    "errors",
    "problems",
)


class Launcher(Passerelle):
    """A build of this server that starts its JVM by itself."""

    def __init__(self, program):
        super().__init__("java", "", program)

    def prepare(self, temp, site, scenario):
        return [self.jar, *super().prepare(temp, site, scenario)[3:]]


class Side:
    """One side of pairs: a server by its name, or `[JAVA] JAR [OPTION...]`, or a program that starts one."""

    def __init__(self, text, number, chosen, temp):
        self.text = text
        self.server = found_side(text, chosen, temp)
        # Two of the same kind would write their configurations into the same file.
        self.folder = temp / f"side-{number}"
        self.folder.mkdir(mode=0o755, exist_ok=True)

    def running(self, ground, scenario):
        return Running(ground._replace(temp=self.folder), scenario, self.server)


def found_side(text, chosen, temp):
    words = shlex.split(text)
    if len(words) == 1 and words[0] in SERVERS:
        return found_server(words[0], chosen, temp)
    at = next((i for i, word in enumerate(words) if word.endswith(".jar")), None)
    if at is not None and at <= 1 and Path(words[at]).is_file():
        java = found_program("java", words[0] if at else chosen.java)
        if java is None:
            raise Failure(f"there is no JVM {words[0] if at else chosen.java}")
        return Passerelle(java, shlex.join(words[at + 1 :]), Path(words[at]).resolve())
    if len(words) == 1 and os.access(words[0], os.X_OK) and Path(words[0]).is_file():
        return Launcher(Path(words[0]).resolve())
    raise Failure(f"--pair: {text!r} is no server of --list, no jar with its JVM and options, and no program")


def found_sides(chosen, temp):
    """The sides of each --pair, the one that is divided first."""
    lists = [text.split(",") for text in chosen.pair]
    number = iter(range(1, 1000))
    return [[Side(text.strip(), next(number), chosen, temp) for text in texts] for texts in lists]


class PairPart(Part):
    """A scenario, and the sides of one --pair that take part in it."""

    def __init__(self, chosen, name, sides):
        super().__init__(chosen, name, [side.server for side in sides])
        self.sides = [side for side in sides if self.takes(side.server)]
        self.against = SCENARIOS[chosen.against] if chosen.against else self.scenario
        self.rounds = chosen.pairs
        if not sides or sides[0] not in self.sides or len(self.sides) < 2:
            self.sides = self.servers = []

    @property
    def steps(self):
        return len(self.sides) + self.rounds * len(self.pinned) * (len(self.sides) - 1)

    def pair_seconds(self, side):
        return self.run_seconds(self.sides[0].server) + self.run_seconds(side.server)

    def all_seconds(self, chosen):
        setups = sum(self.setup_seconds(chosen, side.server) for side in self.sides)
        pairs = sum(self.pair_seconds(side) for side in self.sides[1:])
        return setups + self.rounds * len(self.pinned) * pairs


class Pairs:
    """A scenario while its pairs run: the first side beside each of the others."""

    def __init__(self, part, ground, progress):
        self.part = part
        self.ground = ground
        self.progress = progress
        self.chosen = ground.chosen
        self.first = part.sides[0].running(ground, part.scenario)
        self.others = {side: side.running(ground, part.against) for side in part.sides[1:]}
        self.commands = {}
        self.runs = {}
        self.failures = []

    def perform(self):
        """Runs all; returns what is kept: each two of them as they are, and pinned."""
        for running in (self.first, *self.others.values()):
            if room := lacking_room(running):
                raise Failure(f"{running.name}: {room}")
        self.begin(self.part.sides[0], self.first)
        for side, running in list(self.others.items()):
            try:
                self.begin(side, running)
            except (Failure, OSError, subprocess.SubprocessError) as failure:
                self.drop(side, failure, self.part.rounds * len(self.part.pinned))
        for number in range(1, self.part.rounds + 1):
            for pinned in self.part.pinned:
                for side in list(self.others):
                    self.pair(side, number, pinned)
        return [
            self.kept(side, pinned) for pinned in self.part.pinned for side in self.part.sides[1:]
            if (side, pinned) in self.runs
        ]  # fmt: skip

    def begin(self, side, running):
        words = begin(running)
        self.commands[side] = commands_of(running, self.part.seconds, self.ground.temp)
        seconds = self.part.setup_seconds(self.chosen, running.server)
        self.progress.tell(f"{self.part.name}, {side.text}: {words}", seconds)

    def pair(self, side, number, pinned):
        other = self.others[side]
        runs = {}
        for running in (self.first, other) if number % 2 else (other, self.first):
            try:
                run = measure.run_once(running, self.part, pinned)
            except (Failure, OSError, subprocess.SubprocessError) as failure:
                if running is self.first:
                    raise Failure(f"{self.part.sides[0].text}: {failure}") from failure
                left = (self.part.rounds - number) * len(self.part.pinned)
                self.drop(side, failure, left + 1)
                return
            runs[running] = {"round": number, **{key: run[key] for key in KEPT if key in run}}
        kept = self.runs.setdefault((side, pinned), {"a": [], "b": []})
        kept["a"].append(runs[self.first])
        kept["b"].append(runs[other])
        ratio = show.figure(self.unit, runs[self.first]) / show.figure(self.unit, runs[other])
        words = f"pair {number} of {self.part.rounds}{', pinned' if pinned else ''}: {ratio:.3f}"
        text = f"{self.part.name}, {self.part.sides[0].text} ÷ {side.text}: {words}"
        self.progress.tell(text, self.part.pair_seconds(side))

    def drop(self, side, failure, steps):
        """A side that fails takes no more part."""
        running = self.others.pop(side)
        self.ground.fleet.stop(running.server)
        text = f"{self.part.name}: {side.text}: {failure}"
        self.failures.append(text)
        self.progress.tell(text, steps * self.part.pair_seconds(side), steps)

    @property
    def unit(self):
        return {"unit": self.part.scenario.unit}

    def kept(self, side, pinned):
        first = self.part.sides[0]
        against = self.chosen.against and self.chosen.against + (PINNED if pinned else "")
        kept = {
            **described(self.part, pinned),
            "a": first.text,
            "b": side.text + (f" at {against}" if against else ""),
            "against": against,
            "jars": {s.text: results.sha256(s.server.jar) for s in (first, side) if hasattr(s.server, "jar")},
            "commands": {"a": self.commands[first], "b": self.commands[side]},
            "runs": self.runs[side, pinned],
        }
        kept["ratios"] = {
            title: {"median": of.median, "low": of.low, "high": of.high, "pairs": of.count}
            for title, of in show.ratios(kept).items()
        }
        return kept
