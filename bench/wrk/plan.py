"""Who takes part in what, how long it will take, and how far it is."""

import time

from measure import STARTS, keeps, warm_up_of
from processes import tell
from scenarios import SCENARIOS

# Guesses, for the time that is told beforehand: a start with its checks, what a run takes beside its own
# seconds, and idle connections a second.
JAVA_START_SECONDS = 0.8
START_SECONDS = 0.3
RUN_SECONDS = 0.12
IDLE_A_SECOND = 6000
PINNED = "-pinned"


class Part:
    """A scenario with the servers that take part in it, and how often and how long they run."""

    def __init__(self, chosen, name, servers):
        self.name = name
        self.scenario = SCENARIOS[name]
        if chosen.connections and self.scenario.connections:
            self.scenario = self.scenario.over(chosen.connections)
        self.seconds = chosen.seconds or self.scenario.seconds
        self.rounds = min(chosen.repeats, self.scenario.most_rounds)
        self.pinned = {"": [False], "only": [True], "both": [False, True]}[chosen.pin]
        if not self.scenario.can_be_pinned:
            self.pinned = [False]
        self.starts = 1 if chosen.quick else STARTS
        self.servers = [server for server in servers if self.takes(server)]
        self.warm = set()  # those that another scenario has warmed up

    def takes(self, server):
        return server.name in self.scenario.servers and self.scenario.needs not in server.lacks

    @property
    def steps(self):
        return len(self.servers) * (1 + self.rounds * len(self.pinned))

    def title(self, pinned):
        return self.name + (PINNED if pinned else "")

    def setup_seconds(self, chosen, server):
        """Before the rounds."""
        start = JAVA_START_SECONDS if server.is_java else START_SECONDS
        if self.scenario.starts_each_time:
            return start
        is_warm = server in self.warm
        warm = warm_up_of(chosen, server, is_warm)
        pause = 2 if warm >= 4 else 0
        return (0 if is_warm else start) + 1.2 + warm * (2 if self.scenario.kind == "pace" else 1) + pause

    def run_seconds(self, server):
        """One run in a round."""
        start = JAVA_START_SECONDS if server.is_java else START_SECONDS
        idle = self.scenario.idle / IDLE_A_SECOND
        kinds = {
            "start": self.starts * start,
            "idle": start + 1 + idle,
            "heap": start + 2.5 + idle,
            "pace": self.seconds + 1,
            "loop": self.seconds + 2.5,
            "h2load": self.seconds + 1.5,
        }
        return kinds.get(self.scenario.kind, self.seconds + RUN_SECONDS + idle)

    def all_seconds(self, chosen):
        return sum(
            self.setup_seconds(chosen, server) + self.rounds * len(self.pinned) * self.run_seconds(server)
            for server in self.servers
        )


def planned(parts):
    """The parts in the order in which they run: what one process can serve comes one after the other."""
    parts = sorted((part for part in parts if part.servers), key=lambda part: part.scenario.turn)
    before = {}
    for part in parts:
        for server in part.servers:
            last = before.get(server)
            if last and not last.starts_each_time and keeps(server, part.scenario, last):
                part.warm.add(server)
            before[server] = part.scenario
    return parts


class Progress:
    """Tells after each step how many there are, and how long the rest will take."""

    def __init__(self, steps, seconds):
        self.seconds = seconds
        self.steps = steps
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
