"""What the scripts of this folder share: one server in several processes, and how they start and end."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCH = HERE.parent
sys.path[:0] = [str(BENCH / folder) for folder in ("cgi", "hostile", "files", "wrk")]

import stage
from ground import SMALL
from processes import LOOPBACK, Failure, start
from readings import ESTABLISHED
from servers import Passerelle

SCENARIO = stage.Scenario(is_cgi=False, depth=1)
PATIENCE_SECONDS = 30
READY = b"Serving "  # how the line begins that a server prints when it listens
ASK_SECONDS = 10
RIGHT = "right"
PAGE = (b"A page of a kibibyte. " * 50)[:1024]


def make_site(temp):
    """A page of 1 KiB, and a start page for health checks."""
    site = temp / "site"
    site.mkdir()
    (site / SMALL).write_bytes(PAGE)
    (site / "index.html").write_text("Here.\n")
    return site


class Process(Passerelle):
    """Passerelle on a given port; started again it is another process with the same name and port."""

    def __init__(self, java, jvm_options, jar):
        super().__init__(java, jvm_options, jar)
        self.shares = False
        self.out = None
        self.remarks = []

    def prepare(self, temp, site, scenario):
        *command, directory = super().prepare(temp, site, scenario)
        return [*command, *(["--reuse-port"] if self.shares else []), directory]

    def begin(self, temp, site, port):
        """Starts it and waits until it says that it listens; returns how many seconds that took."""
        self.port = port
        self.command = self.prepare(temp, site, SCENARIO)
        self.out = temp / f"{self.name}.out"
        with open(self.out, "wb") as out:
            begun = time.monotonic()
            self.process = start(self.command, stdout=out, stderr=subprocess.STDOUT, cwd=temp)
        while not any(line.startswith(READY) for line in self.lines()):
            if self.process.poll() is not None or time.monotonic() > begun + PATIENCE_SECONDS:
                self.stop()
                said = b" ".join(self.lines()).decode(errors="replace")
                raise Failure(f"{self.name} did not start: {said or 'it printed nothing'}")
            time.sleep(0.02)
        return time.monotonic() - begun

    def lines(self):
        return self.out.read_bytes().splitlines()

    def finish(self):
        """Asks it to end; returns how many seconds that took. What was not as it must be is remarked."""
        self.require_running()
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            code = f"none within {PATIENCE_SECONDS} s"
        took = time.monotonic() - begun
        if code != 0:
            self.remarks.append(f"{self.name} ended with code {code} on SIGTERM")
        wrong = [line for line in self.lines() if b" ERROR " in line]
        if wrong:
            said = wrong[0].decode(errors="replace")
            self.remarks.append(f"{self.name} said {len(wrong):,} times something like: {said[:200]}")
        self.stop()
        return took


def processes(chosen, count):
    """So many servers, not yet started."""
    found = [stage.passerelle(chosen, Process) for _ in range(count)]
    for number, server in enumerate(found, 1):
        server.name = f"passerelle-{number}"
    return found


def connections_of(pid, port):
    """Connections to the port that are established and that this process holds."""
    mine = set()
    for entry in os.listdir(f"/proc/{pid}/fd"):
        try:
            link = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(f"/proc/{pid}/fd/{entry}"))
        except OSError:
            continue  # closed meanwhile
        if link:
            mine.add(link[1])
    count = 0
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):  # a JVM's sockets are in the second
        for row in Path(table).read_text().splitlines()[1:]:
            words = row.split()
            is_ours = words[1].endswith(f":{port:04X}") and words[3] == ESTABLISHED
            count += is_ours and words[9] in mine
    return count


# ---- a client that asks once ---------------------------------------------------------------------


class Answer:
    """What came of one request over a connection of its own: "right", or in which way it failed."""

    def __init__(self, what, octets=0):
        self.what = what
        self.octets = octets

    @property
    def is_right(self):
        return self.what == RIGHT


def ask(port):
    """Asks for the page over a new connection, which the server is to end."""
    connection = socket.socket()
    connection.settimeout(ASK_SECONDS)
    step = "connecting"
    came = b""
    try:
        connection.connect((LOOPBACK, port))
        step = "sending"
        request = f"GET /{SMALL} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        step = "awaiting the answer"
        while True:
            piece = connection.recv(65536)
            if not piece:
                break
            came += piece
            step = "in the answer"
    except socket.timeout:
        return Answer(f"silence while {step}")
    except ConnectionRefusedError:
        return Answer("refused")
    except (ConnectionResetError, BrokenPipeError):
        return Answer(f"reset while {step}")
    finally:
        connection.close()
    head, _, content = came.partition(b"\r\n\r\n")
    if not came:
        return Answer("ended without an answer")
    if not head.startswith(b"HTTP/1.1 200 "):
        return Answer("answered with " + head[9:12].decode(errors="replace"))
    return Answer(RIGHT if content == PAGE else "wrong or short content", len(came))
