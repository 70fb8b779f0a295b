"""What is measured: the scenarios, and the files and scripts that they ask for."""

import copy
import os
import random
import re
import subprocess
import sys
from pathlib import Path

from processes import Failure, found_program

SAMPLES = Path(__file__).resolve().parents[2] / "cgi-samples"
SMALL = "1k.html"
SIZES = {SMALL: 1 << 10, "4k.html": 4 << 10, "64k.html": 64 << 10, "1m.html": 1 << 20}
LARGE = "100m.bin"
LARGE_OCTETS = 100 << 20
FOLDER = "folder"
# Python as the system has it: version managers put wrappers before it that cost more than the script.
PYTHON = found_program("/usr/bin/python3") or sys.executable

PEERS = ("nginx", "lighttpd", "apache", "caddy", "jwebserver", "jetty", "undertow", "netty", "microhttp")
# The same server on a newer JVM, and what is no server but a yardstick, take part where they tell something.
NEWER = "passerelle-25"
YARDSTICK = "epoll"
SERVERS = ("passerelle", NEWER, *PEERS, YARDSTICK)
GROUPS = ("small files", "large files", "protocol", "many connections", "scripts", "latency")


class Scenario:
    """What is asked for, over how many connections, and what must come back.

    Kinds: "wrk" asks as fast as it is answered; "h2load" so many times a second; "pace" asks for a small
    file at a fixed pace while wrk asks for the path, "loop" over a few connections; "start" starts the
    server again and again; "idle" weighs idle connections, "heap" what of them is in the JVM's heap. What
    it needs of a server beyond sending files is in `needs`.
    """

    def __init__(self, group, title, path=f"/{SMALL}", connections=64, **more):
        self.group = group
        self.title = title
        self.path = path
        self.connections = connections
        self.kind = more.pop("kind", "wrk")
        self.depth = more.pop("depth", 1)
        self.statuses = more.pop("statuses", (200,))
        self.fields = more.pop("fields", {})
        self.sends_tag = more.pop("sends_tag", False)
        self.unit = more.pop("unit", "requests/s")
        self.seconds = more.pop("seconds", 1)
        self.most_rounds = more.pop("most_rounds", 1000)
        self.idle = more.pop("idle", 0)
        self.rate = more.pop("rate", 0)
        self.needs = more.pop("needs", "")
        self.servers = ("passerelle", *more.pop("also", ()), *PEERS)
        self.servers = more.pop("only", self.servers)
        if YARDSTICK in self.servers:
            self.servers = tuple(name for name in SERVERS if name in self.servers)
        assert not more, more

    @property
    def is_cgi(self):
        return self.path.startswith("/cgi-bin/")

    @property
    def closes(self):
        return self.fields.get("Connection") == "close"

    @property
    def starts_each_time(self):
        """Whether each run has a server of its own."""
        return self.kind in ("start", "idle", "heap")

    @property
    def can_be_pinned(self):
        """Scripts inherit a pinned server's core in one server and not in another, so that tells nothing."""
        return self.kind == "wrk" and not self.is_cgi and not self.idle

    @property
    def turn(self):
        """Where it stands in a run: what is served by the same process, one after the other."""
        return self.starts_each_time, self.is_cgi

    def over(self, connections):
        """The same over another number of connections."""
        other = copy.copy(self)
        other.connections = connections
        return other

    @property
    def room(self):
        """How many connections a server must allow."""
        return self.connections + self.idle


EVERYBODY = (NEWER, YARDSTICK)


def scripts(language, file, idle=0):
    title = f"CGI hello in {language}"
    # Short runs are coarse where few scripts are started in a second.
    more = {"needs": "scripts", "seconds": 2, "also": (NEWER,) if file == "hello-c.cgi" else ()}
    return Scenario("scripts", title, f"/cgi-bin/{file}", 8, idle=idle, **more)


SCENARIOS = {
    "1k-1": Scenario("small files", "GET of 1 KiB", connections=1, also=EVERYBODY),
    "1k-64": Scenario("small files", "GET of 1 KiB", also=EVERYBODY),
    "1k-512": Scenario("small files", "GET of 1 KiB", connections=512, also=EVERYBODY),
    "4k": Scenario("small files", "GET of 4 KiB", "/4k.html"),
    "64k": Scenario("large files", "GET of 64 KiB", "/64k.html", unit="MB/s", also=(NEWER,)),
    "1m": Scenario("large files", "GET of 1 MiB", "/1m.html", 16, unit="MB/s", also=(NEWER,)),
    "100m": Scenario("large files", "GET of 100 MiB", f"/{LARGE}", 4, unit="MB/s", seconds=2, needs="large files"),
    "pipelined": Scenario(
        "protocol", "GET of 1 KiB, 16 requests in a row", depth=16, needs="pipelining", also=EVERYBODY
    ),
    "close": Scenario(
        "protocol", "GET of 1 KiB, each over a new connection", fields={"Connection": "close"}, needs="closing",
        also=EVERYBODY,
    ),
    "304": Scenario(
        "protocol", "GET of 1 KiB with its entity tag", statuses=(304,), sends_tag=True, needs="conditions"
    ),
    "404": Scenario("protocol", "GET of a file that is not there", "/none.html", statuses=(404,)),
    "redirect": Scenario(
        "protocol", "GET of a folder without its slash", f"/{FOLDER}", statuses=(301, 302, 307, 308),
        needs="redirects",
    ),
    "range": Scenario(
        "protocol", "GET of the first KiB of 1 MiB", "/1m.html", statuses=(206,),
        fields={"Range": "bytes=0-1023"}, needs="ranges",
    ),
    "idle10k": Scenario("many connections", "GET of 1 KiB", idle=10_000, most_rounds=3),
    "idle15k": Scenario(
        "many connections", "resident memory of idle connections", connections=0, kind="idle", idle=15_000,
        unit="octets", also=(NEWER,), most_rounds=3,
    ),
    "heap15k": Scenario(
        "many connections", "live heap of idle connections", connections=0, kind="heap", idle=15_000,
        unit="octets", only=("passerelle", NEWER), most_rounds=3,
    ),
    "cgi-c": scripts("C", "hello-c.cgi"),
    "cgi-sh": scripts("sh", "hello-sh.cgi"),
    "cgi-python": scripts("Python", "hello-py.cgi"),
    "cgi-c-idle": scripts("C", "hello-c.cgi", 5000),
    "cgi-sh-idle": scripts("sh", "hello-sh.cgi", 5000),
    "cgi-python-idle": scripts("Python", "hello-py.cgi", 5000),
    "static-cgi": Scenario(
        "scripts", "GET of 1 KiB, 200 a second, beside 16 clients of hello in sh", "/cgi-bin/hello-sh.cgi", 16,
        kind="pace", rate=200, unit="ms", seconds=4, needs="scripts",
    ),
    "static-cgi-loop": Scenario(
        "scripts", "GET of 1 KiB over 4 connections, beside 16 clients of hello in sh", "/cgi-bin/hello-sh.cgi",
        16, kind="loop", unit="ms", seconds=3, needs="scripts",
    ),
    "rate": Scenario(
        "latency", "GET of 1 KiB, 20,000 a second", kind="h2load", rate=20_000, unit="ms", seconds=3,
        also=EVERYBODY,
    ),
    "start": Scenario(
        "latency", "command to the first answer", connections=0, kind="start", unit="ms", also=(NEWER,)
    ),
}  # fmt: skip


# ---- what is asked for ---------------------------------------------------------------------------


def make_site(temp, with_large, with_scripts):
    """Writes the files to serve: the same octets every time, but for a token of this run."""
    site = temp / "site"
    (site / FOLDER).mkdir(parents=True)
    (site / FOLDER / "index.html").write_text("<!doctype html><title>Folder</title>\n")
    chance = random.Random(1)
    for name, size in SIZES.items():
        (site / name).write_bytes(bytes(chance.choices(range(32, 127), k=size)))
    if with_large:
        (site / LARGE).write_bytes(chance.randbytes(LARGE_OCTETS))
    token = os.urandom(16).hex().encode()
    (site / "token.html").write_bytes(token)
    if with_scripts:
        make_greetings(site / "cgi-bin")
    return site, token


def make_greetings(folder):
    """The greetings of cgi-samples: in C, linked statically, in sh and in Python."""
    folder.mkdir()
    compile_c(SAMPLES / "hello.c", folder / "hello-c.cgi", "-static")
    write_script(folder / "hello-sh.cgi", (SAMPLES / "hello.sh").read_text())
    python = (SAMPLES / "hello.py").read_text()
    write_script(folder / "hello-py.cgi", re.sub(r"\A#!.*", f"#!{PYTHON}", python))


def write_script(script, text):
    script.write_text(text)
    script.chmod(0o755)


def compile_c(source, program, *more):
    compiler = found_program("gcc") or found_program("cc")
    if compiler is None:
        raise Failure("gcc is not here: install the Debian packages gcc and libc6-dev")
    subprocess.run([compiler, "-O2", *more, "-o", program, source], check=True)
