"""One run of one server: the kinds of scenarios.py, and what is kept of each."""

import contextlib
import math
import os
import socket
import statistics
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

import hot
from answers import check
from idlers import Idle
from load import Pace, h2load_command, percentiles, problems_of, run_wrk, wrk_command
from meter import Meter
from pinning import place
from processes import LOOPBACK, Failure, machine_busy_seconds, resident_octets
from readings import Jvm
from rows import Lacks
from scenarios import LARGE, SCENARIOS, SMALL

Ground = namedtuple("Ground", "chosen temp site token cores fleet", defaults=(None, None))

SPARE_CONNECTIONS = 100
# A JVM needs more time to become fast, and a pause in it: what a server does only then, such as looking at
# a file again, makes the JVM throw away code that it had compiled without.
WARMUP_SECONDS = 1
JAVA_WARMUP_SECONDS = 12
PAUSE_SECONDS = 2
LONG_WARMUP_SECONDS = 4
REST_SECONDS = 1  # in another scenario, of what is warm already
STARTS = 4
MOST_DESCRIPTORS = 65536
PATIENCE_SECONDS = 20
# Of the small file beside scripts; their load begins before and ends after its.
LOOP_CONNECTIONS = 4
LOOP_LEAD_SECONDS = 2
# Connections that come and go before anything is weighed, so that what is there once is there already.
FIRST_GUESTS = 500
# A server that has room for almost as many idle connections as wanted takes part with these.
LEAST_IDLE = 0.9


class Running:
    """A server that has been started for a scenario."""

    def __init__(self, ground, scenario, server):
        self.ground = ground
        self.scenario = scenario
        self.server = server
        self.name = server.name
        self.checked = None
        self.meter = None
        self.is_warm = False
        self.load_cores = None
        room = server.make_room(scenario.room + SPARE_CONNECTIONS, scenario.connections)
        self.idle = min(scenario.idle, room - scenario.connections - SPARE_CONNECTIONS // 2)

    def start(self):
        ground = self.ground
        self.server.start(ground.temp, ground.site, ground.token, self.scenario)
        if self.scenario.is_cgi:
            self.meter = Meter(self.server)

    def stop(self):
        self.server.stop()
        if self.meter:
            self.meter.end()
            self.meter = None

    def check(self):
        self.checked = check(self.scenario, self.server, self.ground.site)

    def take_over(self, other):
        """Goes on with the process of another scenario's, which is warm."""
        self.meter, other.meter = other.meter, None
        self.is_warm = True

    def serves(self, scenario):
        """Whether the process that runs can go on with another scenario."""
        return keeps(self.server, scenario, self.scenario) and self.server.process.poll() is None

    def pin(self, pinned):
        """On which cores the next run's server and load are: on one each, or where the kernel wants them."""
        cores = self.ground.cores
        if cores:
            place(self.server, cores.server if pinned else cores.every)
        self.load_cores = cores.load if pinned else None

    def cpu_seconds(self):
        self.server.require_running()
        return self.meter.seconds() if self.meter else self.server.cpu_seconds()

    def rss_kib(self):
        return resident_octets(self.server.process.pid) // 1024


def warm_up_seconds(chosen, server):
    if chosen.warmup is not None:
        return chosen.warmup
    return JAVA_WARMUP_SECONDS if server.is_java else WARMUP_SECONDS


class Fleet:
    """The servers that run. A JVM that is warm serves the next scenario, too; others are started afresh."""

    def __init__(self):
        self.running = {}

    def start(self, running):
        before = self.running.pop(running.server, None)
        if before and before.serves(running.scenario):
            running.take_over(before)
        else:
            if before:
                before.stop()
            running.start()
        self.running[running.server] = running

    def stop(self, server):
        if server in self.running:
            self.running.pop(server).stop()

    def keep(self, servers):
        """Ends all others."""
        for server in set(self.running) - set(servers):
            self.stop(server)


def keeps(server, scenario, before):
    """Whether a server goes on from one scenario to another: nothing of its configuration differs."""
    return server.is_java and scenario.is_cgi == before.is_cgi


def warm_up_of(chosen, server, is_warm):
    seconds = warm_up_seconds(chosen, server)
    return min(seconds, REST_SECONDS) if is_warm else seconds


def prepare(running):
    """A second in which wrk looks at every status, then as fast as it goes, until the server is warm."""
    seconds = warm_up_of(running.ground.chosen, running.server, running.is_warm)
    if running.scenario.path != f"/{LARGE}":  # to look at a status, wrk keeps the whole answer
        counted = measure_wrk(running, 1, counting=True)
        if counted["errors"]:
            raise Failure("; ".join(counted["problems"]))
        running.checked["counted"] = counted
    if seconds >= LONG_WARMUP_SECONDS:
        measure_wrk(running, seconds // 2)
        time.sleep(PAUSE_SECONDS)
        measure_wrk(running, seconds - seconds // 2)
    elif seconds:
        measure_wrk(running, seconds)
    if running.scenario.kind == "pace" and seconds:
        run_wrk(command_of(running, seconds, scenario=SCENARIOS["1k-64"]), seconds)


def command_of(running, seconds, counting=False, scenario=None):
    """The load generator's command, for the JSON file as well."""
    chosen = running.ground.chosen
    fields = running.checked["fields_sent"]
    if scenario is None and running.scenario.kind == "h2load" and not counting:
        return h2load_command(chosen, running.scenario, running.server, seconds, h2load_log(running))
    return wrk_command(chosen, scenario or running.scenario, running.server, fields, seconds, counting)


def h2load_log(running):
    return running.ground.temp / "h2load.tsv"


def run_once(running, part, pinned):
    """One run of a server, as its scenario's kind has it."""
    kind = running.scenario.kind
    if kind == "start":
        return measure_starts(running, part.starts)
    if kind in ("idle", "heap"):
        return measure_idle(running) if kind == "idle" else measure_heap(running)
    running.pin(pinned)
    return {"pinned": pinned, **measure(running, part.seconds)}


def measure(running, seconds):
    """One run, with idle connections beside it if the scenario has any."""
    kinds = {"wrk": measure_wrk, "h2load": measure_h2load, "pace": measure_pace, "loop": measure_loop}
    work = kinds[running.scenario.kind]
    if not running.idle:
        run = work(running, seconds)
    else:
        with Idle(running.server, f"/{SMALL}", running.idle) as idle:
            run = work(running, seconds)
            run["rss_kib"] = running.rss_kib()
            idle.look()
        run["idle"] = running.idle
        note_ended(run, running.idle - idle.still)
    return {**run, "rss_kib": run.get("rss_kib") or running.rss_kib()}


def note_ended(run, ended):
    if ended:
        run["errors"] += ended
        run["problems"].append(f"{ended:,} idle connections were ended")


def watch(running, work):
    """Does the work; returns what came of it, the server's CPU seconds, and shares of CPU time.

    The work returns what came of it and the load generator's CPU seconds.
    """
    busy, used, begun = machine_busy_seconds(), running.cpu_seconds(), time.monotonic()
    result, load_cpu = work()
    elapsed = time.monotonic() - begun
    used = running.cpu_seconds() - used
    busy = machine_busy_seconds() - busy
    other = 100 * (busy - used - load_cpu) / elapsed / (os.cpu_count() or 1)
    shares = {
        "server_cpu_percent": known(100 * used / elapsed),
        "wrk_cpu_percent": 100 * load_cpu / elapsed,
        "other_cpu_percent": None if math.isnan(other) else max(0, other),
    }
    return result, used, shares


def known(value):
    return None if math.isnan(value) else value


def measure_wrk(running, seconds, counting=False):
    scenario, octets = running.scenario, running.checked["octets"]
    command = wrk_command(
        running.ground.chosen, scenario, running.server, running.checked["fields_sent"], seconds, counting
    )
    summary, used, shares = watch(running, lambda: run_wrk(command, seconds, running.load_cores))
    errors, problems = problems_of(scenario, summary, running.checked)
    wall = summary["micros"] / 1e6
    # Of large answers a part is on its way at the end, which has cost its share of CPU time.
    answers = summary["bytes"] / octets if scenario.unit == "MB/s" else summary["requests"]
    latency = {name: micros / 1000 for name, micros in summary["latency_micros"].items()}
    if scenario.depth > 1:
        del summary["latency_micros"]  # wrk measures only the last answer of each row
        latency = dict.fromkeys(latency)
    return {
        "requests_per_second": answers / wall,
        "megabytes_per_second": summary["bytes"] / wall / 1e6,
        "server_cpu_micros_per_request": known(used * 1e6 / max(1, answers)),
        **shares,
        "latency_ms": latency,
        "errors": errors,
        "problems": problems,
        "wrk": summary,
    }


def measure_h2load(running, seconds):
    log = h2load_log(running)
    command = command_of(running, seconds)

    def work():
        pace = Pace(command, running.scenario, seconds, log, running.checked)
        return pace, pace.cpu

    pace, used, shares = watch(running, work)
    return {
        "requests_per_second": pace.rate,
        "megabytes_per_second": pace.rate * running.checked["octets"] / 1e6,
        "server_cpu_micros_per_request": known(used * 1e6 / pace.all),
        **shares,
        "latency_ms": pace.latency_ms,
        "errors": pace.errors,
        "problems": pace.words,
    }


def measure_pace(running, seconds):
    """wrk asks for the path; what is measured is how long a small file takes meanwhile."""
    scenario = running.scenario
    command = command_of(running, seconds)
    percents = (50, 90, 99, 99.9, 100)

    def work():
        latency, errors, (summary, load_cpu) = hot.visit(
            running.server.port,
            running.ground.site / SMALL,
            lambda: run_wrk(command, seconds),
            scenario.rate,
            percents,
        )
        return (latency, errors, summary), load_cpu

    try:
        (latency, errors, summary), used, shares = watch(running, work)
    except Lacks as lack:
        raise Failure(str(lack)) from lack
    more, problems = problems_of(scenario, summary, running.checked)
    if errors:
        problems.append(f"{errors} answers with the file missing or wrong")
    return {
        "requests_per_second": scenario.rate,
        "scripts_per_second": summary["requests"] / (summary["micros"] / 1e6),
        "server_cpu_micros_per_request": None,
        **shares,
        "latency_ms": dict(zip(percentiles([]), latency)),
        "errors": errors + more,
        "problems": problems,
        "wrk": summary,
    }


def measure_loop(running, seconds):
    """wrk asks for the path; what is measured is a small file over a few connections meanwhile."""
    chosen, small = running.ground.chosen, SCENARIOS["1k-1"].over(LOOP_CONNECTIONS)
    load = command_of(running, seconds + LOOP_LEAD_SECONDS)
    asked = wrk_command(chosen, small, running.server, {}, seconds)

    def work():
        with ThreadPoolExecutor(1) as beside:
            scripts = beside.submit(run_wrk, load, seconds + LOOP_LEAD_SECONDS)
            time.sleep(LOOP_LEAD_SECONDS / 2)
            file, _ = run_wrk(asked, seconds)
            summary, cpu = scripts.result()  # the CPU time of both: the other one has ended meanwhile
            return (file, summary), cpu

    (file, scripts), used, shares = watch(running, work)
    errors, problems = problems_of(running.scenario, scripts, running.checked)
    more, words = problems_of(small, file, check(small, running.server, running.ground.site))
    return {
        "requests_per_second": file["requests"] / (file["micros"] / 1e6),
        "scripts_per_second": scripts["requests"] / (scripts["micros"] / 1e6),
        "server_cpu_micros_per_request": None,
        **shares,
        "latency_ms": {name: micros / 1000 for name, micros in file["latency_micros"].items()},
        "errors": errors + more,
        "problems": problems + words,
        "wrk": scripts,
    }


# ---- kinds for which a server is started in each run ---------------------------------------------


def measure_starts(running, count):
    """How long it takes from the command to the first answer; the median of so many starts."""
    millis, cpu, resident = [], [], []
    for _ in range(count):
        server = running.server
        begun = server.launch(running.ground.temp, running.ground.site, running.scenario)
        try:
            first_answer(server)
            millis.append(1000 * (time.monotonic() - begun))
            cpu.append(1000 * server.cpu_seconds())
            resident.append(running.rss_kib())
        finally:
            server.stop()
    return {
        "start_ms": statistics.median(millis),
        "start_ms_each": millis,
        "start_cpu_ms": statistics.median(cpu),
        "latency_ms": dict.fromkeys(percentiles([])),
        "rss_kib": statistics.median(resident),
        "errors": 0,
        "problems": [],
    }


def first_answer(server):
    """Asks every millisecond, until there is a complete and right answer."""
    request = f"GET /{SMALL} HTTP/1.1\r\nHost: {LOOPBACK}:{server.port}\r\n\r\n".encode()
    begun = time.monotonic()
    tries = 0
    while time.monotonic() < begun + PATIENCE_SECONDS:
        with contextlib.suppress(ConnectionError), socket.socket() as connection:
            connection.settimeout(PATIENCE_SECONDS)
            connection.connect((LOOPBACK, server.port))
            connection.sendall(request)
            if is_complete(connection):
                return
            raise Failure("its first answer was not the file")
        server.require_running()
        tries = max(tries + 1, math.ceil(1000 * (time.monotonic() - begun)))
        time.sleep(max(0, begun + tries / 1000 - time.monotonic()))
    raise Failure(f"no answer in {PATIENCE_SECONDS} s")


def is_complete(connection):
    answer = b""
    while octets := connection.recv(65536):
        answer += octets
        if len(answer.partition(b"\r\n\r\n")[2]) == 1024:
            return answer.startswith(b"HTTP/1.1 200 ")
    return False


def measure_heap(running):
    """Live objects of idle connections in a JVM's heap, each of which has had one answer."""
    running.start()
    try:
        running.check()
        with Idle(running.server, f"/{SMALL}", FIRST_GUESTS):
            pass
        jvm = Jvm(running.server.java, running.server.process.pid)
        before = jvm.live().octets
        with Idle(running.server, f"/{SMALL}", running.idle) as idle:
            beside = jvm.live().octets
            idle.look()
        run = {
            "heap_per_connection": (beside - before) / running.idle,
            "idle": running.idle,
            "latency_ms": dict.fromkeys(percentiles([])),
            "rss_kib": running.rss_kib(),
            "errors": 0,
            "problems": [],
        }
        note_ended(run, running.idle - idle.still)
        return run
    finally:
        running.stop()


def measure_idle(running):
    """Resident memory of idle connections, each of which has had one answer."""
    running.start()
    try:
        running.check()
        with Idle(running.server, f"/{SMALL}", FIRST_GUESTS):
            pass
        before = running.rss_kib()
        with Idle(running.server, f"/{SMALL}", running.idle) as idle:
            beside = running.rss_kib()
            idle.look()
        run = {
            "octets_per_connection": (beside - before) * 1024 / running.idle,
            "idle": running.idle,
            "rss_kib_before": before,
            "rss_kib": beside,
            "latency_ms": dict.fromkeys(percentiles([])),
            "errors": 0,
            "problems": [],
        }
        note_ended(run, running.idle - idle.still)
        return run
    finally:
        running.stop()
