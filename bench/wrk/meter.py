"""CPU time of a server and of all that it started, whoever waits for it.

/proc adds a process that has ended to the one that waited for it. mod_cgid lets the kernel do the
waiting, so its scripts are in no sum there; a control group (version 2) counts them. Without one, which
takes root, Apache's CPU time is not known.
"""

import contextlib
import math
import os
import time
from pathlib import Path

from processes import cpu_seconds, tree


class Meter:
    def __init__(self, server):
        self.server = server
        self.group = made_group(f"passerelle-{os.getpid()}-{server.port}")
        if self.group:
            for pid in tree(server.process.pid):
                with contextlib.suppress(OSError):  # it has ended meanwhile
                    (self.group / "cgroup.procs").write_text(str(pid))

    def seconds(self):
        """User and system time so far; NaN if nobody knows."""
        if self.group:
            lines = (self.group / "cpu.stat").read_text().splitlines()
            return int(dict(line.split() for line in lines)["usage_usec"]) / 1e6
        return math.nan if self.server.name == "apache" else cpu_seconds(self.server.process.pid)

    def end(self):
        """After the server has ended; scripts that it killed may take a moment."""
        for _ in range(50):
            if not self.group:
                return
            with contextlib.suppress(OSError):
                self.group.rmdir()
                self.group = None
                return
            time.sleep(0.1)


def made_group(name):
    for line in Path("/proc/mounts").read_text().splitlines():
        _, folder, kind, *_ = line.split()
        if kind == "cgroup2":
            group = Path(folder, name)
            try:
                group.mkdir()
                if (group / "cpu.stat").exists() and os.access(group / "cgroup.procs", os.W_OK):
                    return group
                group.rmdir()
            except OSError:
                return None
    return None
