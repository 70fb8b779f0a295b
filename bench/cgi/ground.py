"""What the scripts of this folder share: the site, the servers and their room, wrk, figures."""

import math
import os
import re
import resource
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCH = HERE.parent
sys.path[:0] = [str(BENCH / folder) for folder in ("hostile", "files", "wrk")]

import hot
import load
from processes import LOOPBACK, Failure, found_program, output_of, tell
import stage
import wire
from meter import Meter
from rows import Lacks
from scenarios import make_greetings
from servers import PACKAGES, Apache, Lighttpd, Passerelle

NAMES = ("passerelle", "lighttpd", "apache")
PROGRAMS = {"lighttpd": "lighttpd", "apache": "apache2"}
SCENARIO = stage.Scenario(is_cgi=True, depth=1)
SMALL = "1k.html"
LONG = 3600  # seconds: longer than any run
SPARE_DESCRIPTORS = 500


# ---- the site ------------------------------------------------------------------------------------


def make_site(temp):
    """A page of 1 KiB, the greetings of cgi-samples, and a token of this run."""
    site = temp / "site"
    site.mkdir()
    (site / SMALL).write_bytes((b"A page of a kibibyte. " * 50)[:1024])
    token = os.urandom(16).hex().encode()
    (site / "token.html").write_bytes(token)
    make_greetings(site / "cgi-bin")
    return site, token


# ---- the servers ---------------------------------------------------------------------------------


class RoomyPasserelle(Passerelle):
    """Passerelle that lets clients be idle, with more options if need be."""

    more = ()

    def prepare(self, temp, site, scenario):
        *command, directory = super().prepare(temp, site, scenario)
        room = ["--max-connections", 20000, "--max-connections-per-client", 20000]
        return [*command, *room, "--idle-timeout", f"{LONG}s", *self.more, directory]


class RoomyLighttpd(Lighttpd):
    """lighttpd that lets clients be idle."""

    def prepare(self, temp, site, scenario):
        command = super().prepare(temp, site, scenario)
        self.config = stage.replaced(self.config, r"keep-alive-idle = \d+", f"keep-alive-idle = {LONG}")
        self.config += f"server.max-read-idle = {LONG}\nserver.max-write-idle = {LONG}\n"
        # Otherwise it keeps all that a script writes in files until the script ends.
        self.config += "server.stream-response-body = 2\n"
        (temp / "lighttpd.conf").write_text(self.config)
        return command


class RoomyApache(Apache):
    """Apache that lets clients be idle: connections without a request take no thread."""

    def prepare(self, temp, site, scenario):
        command = super().prepare(temp, site, scenario)
        self.config = stage.replaced(self.config, r"KeepAliveTimeout \d+", f"KeepAliveTimeout {LONG}")
        self.config += f"Timeout {LONG}\n"
        # Otherwise a script's Content-Length is not believed, and its answer may come in chunks.
        self.config += "SetEnv ap_trust_cgilike_cl 1\n"
        (temp / "apache2.conf").write_text(self.config)
        return command


def server_options(add, jvm_options=""):
    """The options that all scripts have: which servers, how often, and where the report goes."""
    add("--server", action="append", choices=NAMES, metavar="NAME", help=f"{', '.join(NAMES)}; repeatable")
    stage.server_options(add, jvm_options, ())


def available(chosen, *more):
    """The chosen servers that are here; Passerelle with these options more."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    running = []
    for name in chosen.server or NAMES:
        if name == "passerelle":
            server = stage.passerelle(chosen, RoomyPasserelle)
            server.more = more
            running.append(server)
            continue
        program = found_program(PROGRAMS[name])
        if program is None:
            tell(f"{name} is not here: install the Debian package {PACKAGES[PROGRAMS[name]]}; left out")
        elif name == "lighttpd":
            running.append(RoomyLighttpd(program))
            running[-1].make_room(hard)
        else:
            running.append(RoomyApache(program, ["env"]))
    return running


class Running:
    """A server while the `with` block runs, and its CPU time."""

    def __init__(self, server, temp, site, token):
        self.server = server
        self.name = server.name
        self.folder = temp / server.name  # for its configuration, and what it prints
        self.site = site
        self.token = token
        self.meter = None

    @property
    def port(self):
        return self.server.port

    def __enter__(self):
        self.folder.mkdir(mode=0o755, exist_ok=True)
        self.server.start(self.folder, self.site, self.token, SCENARIO)
        self.meter = Meter(self.server)
        return self

    def __exit__(self, *_):
        self.server.stop()
        self.meter.end()

    def require_right(self, path):
        """Compares what the server sends with what the script prints."""
        answer = wire.ask(self.port, path)
        said = subprocess.run([self.site / path[1:]], capture_output=True, check=True).stdout
        if answer.status != 200 or answer.content != said.partition(b"\n\n")[2]:
            raise Failure(
                f"{self.name} answers {path} with {answer.status} and not with what the script prints"
            )


# ---- wrk -----------------------------------------------------------------------------------------


def found_wrk(explicit):
    wrk = found_program("wrk", explicit)
    if wrk is None:
        raise Failure("wrk is not here: install the Debian package wrk")
    return wrk


def wrk_version(wrk):
    version = re.match(r"wrk \S+", output_of([wrk, "-v"]))
    return version[0] if version else "wrk"


class Load:
    """What came of asking for a script, or a file, over so many connections, for so many seconds.

    The first load of a server looks at the status of every answer, which slows wrk down; the next
    ones are compared with it: all right answers are of one length, but for how they are cut in chunks.
    """

    def __init__(self, wrk, running, path, connections, seconds, first=None):
        command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s"]
        command += ["-s", load.SCENARIO_LUA, f"http://{LOOPBACK}:{running.port}{path}"]
        command += ["--", 1] if first else ["--", 1, "count"]
        used = running.meter.seconds()
        summary, _ = load.run_wrk([str(word) for word in command], seconds)
        running.server.require_running()
        self.cpu = running.meter.seconds() - used
        self.runs = summary["requests"]
        self.rate = self.runs / (summary["micros"] / 1e6)
        self.latency = {name: micros / 1e3 for name, micros in summary["latency_micros"].items()}
        self.millis = self.latency["p50"]
        self.octets = summary["bytes"] / max(1, self.runs)
        self.errors = sum(summary[kind] for kind in ("connect", "read", "write", "timeout"))
        if first:
            self.errors += summary["status"] + first.errors
            # What was on its way at the end is in the sum of octets.
            slack = 0.01 + connections / max(1, self.runs)
            self.errors += not abs(self.octets - first.octets) <= slack * first.octets
        else:
            self.errors += self.runs - summary["statuses"].get("200", 0) + (self.runs == 0)

    @property
    def micros(self):
        """CPU time of the server and of what it started, for each run."""
        return self.cpu * 1e6 / max(1, self.runs)


# ---- a client with a fixed pace ------------------------------------------------------------------


class Look:
    """How long a client with a fixed pace waited while something else went on."""

    def __init__(self, running, file, work, rate, target=None):
        try:
            (self.p50, self.p99, self.p999, self.most), self.errors, self.result = hot.visit(
                running.port, file, work, rate, (50, 99, 99.9, 100), target
            )
        except Lacks as lack:
            raise Failure(f"{running.name}: {lack}") from lack
        running.server.require_running()

    def __str__(self):
        return f"p50 {self.p50:.2f} ms, p99 {self.p99:.2f} ms, most {self.most:.2f} ms, {self.errors} errors"


# ---- figures -------------------------------------------------------------------------------------


def spread(values, digits=0):
    """The median, and least to most."""
    values = list(values)
    if not values or any(math.isnan(value) for value in values):
        return "–"
    middle = statistics.median(values)
    return f"{middle:,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def interval(values):
    """The median of ratios, and a 95 % interval of it by order; of fewer than six, least and most."""
    values = sorted(values)
    if not values or any(math.isnan(value) for value in values):
        return "–"
    count = len(values)
    skipped = 0 if count < 6 else max(0, int((count - 1.96 * math.sqrt(count)) / 2))
    return f"{statistics.median(values):.2f} [{values[skipped]:.2f}, {values[count - 1 - skipped]:.2f}]"


def kernel_setting(name):
    """What the kernel does with IPv4, by a setting's name."""
    return " ".join(Path("/proc/sys/net/ipv4", name).read_text().split())
