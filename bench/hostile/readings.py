"""What the kernel and the JVM say about a server that runs."""

import os
import re
import subprocess
from collections import Counter, namedtuple
from pathlib import Path

from processes import Failure, found_program, tree

ESTABLISHED = "01"

Live = namedtuple("Live", "octets direct_buffers")


def descriptors(root):
    """Open descriptors of a process tree."""
    total = 0
    for pid in tree(root):
        try:
            total += len(os.listdir(f"/proc/{pid}/fd"))
        except OSError:
            continue
    return total


def threads(pid):
    """Names of a process's threads, of which the kernel keeps 15 characters, with their count."""
    names = Counter()
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            names[Path(f"/proc/{pid}/task/{task}/comm").read_text().strip()] += 1
        except OSError:
            continue  # it has just ended
    return names


def connections(port):
    """Connections to the port that are established, counted at the server's side."""
    mark = f":{port:04X} "
    count = 0
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):  # a JVM's sockets are in the second
        with open(table) as rows:
            for row in rows:
                if mark in row:
                    _, local, _, state = row.split(maxsplit=4)[:4]
                    count += local.endswith(mark.rstrip()) and state == ESTABLISHED
    return count


def tcp_octets():
    """Memory that the kernel has lent to all TCP connections of this machine, mostly unsent octets."""
    text = Path("/proc/net/sockstat").read_text()
    return int(re.search(r"^TCP:.* mem (\d+)", text, re.MULTILINE)[1]) * os.sysconf("SC_PAGE_SIZE")


class Jvm:
    """The JVM of a server that runs, as the JDK's jcmd shows it."""

    def __init__(self, java, pid):
        self.pid = pid
        beside = Path(java).resolve().parent / "jcmd"
        self.jcmd = found_program("jcmd", str(beside) if beside.is_file() else None)
        if self.jcmd is None:
            raise Failure("jcmd is not here: it comes with a JDK, a JRE has none")
        self.ask("VM.version")  # the first call leaves a thread and a socket in the JVM

    def ask(self, *words):
        done = subprocess.run(
            [self.jcmd, str(self.pid), *words],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise Failure(f"jcmd failed: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def live(self):
        """Collects garbage; then the octets of all objects left, and how many are direct buffers."""
        self.ask("GC.run")
        said = self.ask("GC.class_histogram")
        total = re.search(r"^Total\s+\d+\s+(\d+)", said, re.MULTILINE)
        direct = re.search(
            r"^\s*\d+:\s+(\d+)\s+\d+\s+java\.nio\.DirectByteBuffer\b(?!R)", said, re.MULTILINE
        )
        if not total:
            raise Failure("jcmd printed a histogram without a total")
        return Live(int(total[1]), int(direct[1]) if direct else 0)
