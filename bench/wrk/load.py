"""The load generators: how wrk and h2load are run, and what they say."""

import json
import re
import resource
import subprocess
from pathlib import Path

from processes import LOOPBACK, Failure, end, start
from visitor import percentile

SCENARIO_LUA = Path(__file__).with_name("scenario.lua")
KINDS_OF_ERRORS = ("connect", "read", "write", "timeout")
# What h2load sends in this time is not counted: connections are opened, and all of them ask at once.
H2LOAD_WARMUP_SECONDS = 1
PERCENTILES = {"p50": 50, "p90": 90, "p99": 99, "p99.9": 99.9, "max": 100}


def wrk_command(chosen, scenario, server, fields, seconds, counting=False):
    command = [chosen.wrk, "-t", min(chosen.threads, scenario.connections), "-c", scenario.connections]
    command += ["-d", f"{seconds}s", "--timeout", "5s", "-s", SCENARIO_LUA]
    for field, value in fields.items():
        command += ["-H", f"{field}: {value}"]
    command += [f"http://{LOOPBACK}:{server.port}{scenario.path}", "--", scenario.depth]
    return [str(word) for word in command + (["count"] if counting else [])]


def run_wrk(command, seconds, cores=None):
    """Runs wrk, on these cores if they are given; returns its summary and its CPU time in seconds."""
    said, used = run(command, seconds, cores)
    match = re.search(r"^SUMMARY (.*)$", said, re.MULTILINE)
    if not match:
        raise Failure(f"wrk failed: {said.strip()}")
    return json.loads(match[1]), used


def run(command, seconds, cores=None):
    """Runs a load generator to its end; returns what it says and its CPU time in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = start(command, cores, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said, _ = process.communicate(timeout=seconds + 30)
    except subprocess.TimeoutExpired:
        raise Failure(f"{command[0]} did not end by itself") from None
    finally:
        end(process)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise Failure(f"{command[0]} failed: {said.strip()}")
    return said, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def problems_of(scenario, summary, checked):
    """What went wrong in a run of wrk: how many answers or events at least, and in words."""
    errors = 0
    words = []
    for kind in KINDS_OF_ERRORS:
        if summary[kind]:
            errors += summary[kind]
            words.append(f"{summary[kind]} {kind} errors")
    # wrk counts a status of 400 and more as an error, where that is what we wait for.
    unexpected = summary["status"]
    if checked["status"] >= 400:
        unexpected = summary["requests"] - summary["status"]
    if unexpected:
        errors += unexpected
        words.append(f"{unexpected} answers with a status other than {checked['status']}")
    # What wrk does not look at: that a 304 is one, and that no answer was short. Every answer has
    # the same length, so the sum must fit, but for those that were on their way at the end.
    # A script's answer may be cut into chunks in more than one way.
    octets = checked["octets"]
    window = scenario.connections * scenario.depth
    surplus = summary["bytes"] - summary["requests"] * octets
    slack = 0.01 * summary["bytes"] if scenario.is_cgi else 0
    if not -slack <= surplus <= slack + window * octets:
        errors += max(1, abs(surplus) // octets - window)
        words.append(
            f"{summary['bytes']} octets came, which is not {summary['requests']} answers of {octets}"
        )
    for status, count in summary["statuses"].items():
        if status != str(checked["status"]) and not unexpected:
            errors += count
            words.append(f"{count} answers with status {status}")
    if summary["requests"] == 0:
        errors += 1
        words.append("no answer at all")
    return errors, words


# ---- a fixed rate --------------------------------------------------------------------------------


def h2load_command(chosen, scenario, server, seconds, log):
    each = scenario.rate / scenario.connections
    command = [chosen.h2load, "--h1", "-t", 1, "-c", scenario.connections, f"--rps={each:g}"]
    command += ["-D", H2LOAD_WARMUP_SECONDS + seconds, f"--log-file={log}"]
    command += [f"--header={name}: {value}" for name, value in scenario.fields.items()]
    return [str(word) for word in [*command, f"http://{LOOPBACK}:{server.port}{scenario.path}"]]


class Pace:
    """What h2load's log says: how many requests a second there were, and how long each took."""

    def __init__(self, command, scenario, seconds, log, checked):
        log.unlink(missing_ok=True)  # h2load adds to it
        said, self.cpu = run(command, seconds)
        rows = [line.split("\t") for line in log.read_text().splitlines()]
        self.all = len(rows)
        self.errors = 0
        self.words = []
        if not rows:
            raise Failure(f"h2load got no answer: {said.strip()[-300:]}")
        begun = min(int(row[0]) for row in rows) + H2LOAD_WARMUP_SECONDS * 1_000_000
        counted = [row for row in rows if begun <= int(row[0]) < begun + seconds * 1_000_000]
        self.rate = len(counted) / seconds
        self.latency_ms = percentiles(int(row[2]) / 1000 for row in counted)
        self.look(said, scenario, rows, checked)

    def look(self, said, scenario, rows, checked):
        wrong = sum(row[1] != str(checked["status"]) for row in rows)
        if wrong:
            self.errors += wrong
            self.words.append(f"{wrong} answers with a status other than {checked['status']}")
        lost = re.search(r"(\d+) failed, (\d+) errored, (\d+) timeout", said)
        content = re.search(r"\((\d+)\) data", said)
        if not lost or not content:
            raise Failure(f"h2load says something new: {said.strip()[-300:]}")
        if any(map(int, lost.groups())):
            self.errors += sum(map(int, lost.groups()))
            self.words.append(lost[0])
        # Of a request that was on its way at the end some content may have come.
        surplus = int(content[1]) - len(rows) * checked["content_octets"]
        if not 0 <= surplus <= scenario.connections * checked["content_octets"]:
            self.errors += 1
            self.words.append(f"{content[1]} octets of content came, which is not {len(rows)} answers")
        if abs(self.rate / scenario.rate - 1) > 0.01:
            self.words.append(f"the rate was not held: {self.rate:,.0f} of {scenario.rate:,} requests/s")


def percentiles(values):
    """The percentiles that are kept of each run."""
    values = sorted(values)
    return {name: percentile(values, percent) if values else None for name, percent in PERCENTILES.items()}
