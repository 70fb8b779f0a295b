"""Pinned runs: what serves connections on one core, the load generator on others.

A server is pinned while it runs, and only the threads that serve. A JVM has counted its cores by then, and
what collects and compiles goes where the kernel puts it. Threads that a pinned one starts inherit its core.
So do scripts, where a server starts them from that thread: scenarios with scripts are never pinned.
"""

import contextlib
import os
from collections import namedtuple
from pathlib import Path

from processes import Failure, tree

Cores = namedtuple("Cores", "every server load")


def found_cores(threads):
    """The first core for the server, the next ones for so many threads of the load generator."""
    every = sorted(os.sched_getaffinity(0))
    if len(every) < 2:
        raise Failure("--pin needs two cores: one for the server, one for wrk")
    return Cores(set(every), {every[0]}, set(every[1 : 1 + threads]))


def threads_of(server):
    """The threads of a server's processes that serve connections."""
    found = []
    for pid in tree(server.process.pid):
        for task in Path(f"/proc/{pid}/task").glob("*"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                name = (task / "comm").read_text().strip()
                if not server.serving_threads or name.startswith(server.serving_threads):
                    found.append(int(task.name))
    return found


def place(server, cores):
    """Lets the threads of a server that serve run on these cores alone."""
    threads = threads_of(server)
    if not threads:
        raise Failure(f"no thread is called {' or '.join(server.serving_threads)}")
    for thread in threads:
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(thread, cores)
