"""Who takes part in what, how long it will take, and how far it is."""

import time

from measure import STARTS, warm_up_seconds
from processes import tell
from scenarios import SCENARIOS

# Guesses, for the time that is told beforehand: a start with its checks, and idle connections a second.
JAVA_START_SECONDS = 1.0
START_SECONDS = 0.3
IDLE_A_SECOND = 5000


class Part:
    """A scenario with the servers that take part in it, and the lengths of its runs."""

    def __init__(self, chosen, name, servers):
        self.name = name
        self.scenario = SCENARIOS[name]
        if chosen.connections and self.scenario.connections:
            self.scenario.connections = chosen.connections
        self.seconds = chosen.seconds or self.scenario.seconds
        self.starts = max(1, STARTS // 5) if chosen.quick else STARTS
        self.servers = [server for server in servers if self.takes(server)]

    def takes(self, server):
        return server.name in self.scenario.servers and self.scenario.needs not in server.lacks

    def setup_seconds(self, chosen, server):
        """Before the rounds."""
        start = JAVA_START_SECONDS if server.is_java else START_SECONDS
        if self.scenario.kind == "start":
            return start
        if self.scenario.kind == "idle":
            return 0
        warm = warm_up_seconds(chosen, server) * (2 if self.scenario.kind == "pace" else 1)
        return start + 1.2 + warm

    def run_seconds(self, server):
        """One run in a round."""
        start = JAVA_START_SECONDS if server.is_java else START_SECONDS
        idle = self.scenario.idle / IDLE_A_SECOND
        kinds = {"start": self.starts * start, "idle": start + 1 + idle, "pace": self.seconds + 1}
        kinds["h2load"] = self.seconds + 1.5
        return kinds.get(self.scenario.kind, self.seconds + 0.3 + idle)

    def all_seconds(self, chosen):
        return sum(
            self.setup_seconds(chosen, server) + chosen.repeats * self.run_seconds(server)
            for server in self.servers
        )


class Progress:
    """Tells after each step how many there are, and how long the rest will take."""

    def __init__(self, chosen, parts):
        self.chosen = chosen
        self.seconds = sum(part.all_seconds(chosen) for part in parts)
        self.steps = sum(len(part.servers) * (1 + chosen.repeats) for part in parts)
        self.step = 0
        self.done = 0.0
        self.begun = time.monotonic()

    def tell(self, text, seconds, steps=1):
        """A step, or several that are skipped, for which so many seconds were planned."""
        self.step += steps
        self.done += seconds
        left = max(0, self.seconds - self.done)
        # How far the plan was wrong so far, once there is something to judge by.
        elapsed = time.monotonic() - self.begun
        left *= elapsed / self.done if self.done > 60 else 1
        tell(f"[{self.step}/{self.steps}, {minutes(left)} left] {text}")


def minutes(seconds):
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
