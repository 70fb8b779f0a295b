"""Processes: how they start and end, what they use, and what they are told."""

import contextlib
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

LOOPBACK = "127.0.0.1"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PR_SET_PDEATHSIG = 1


class Failure(Exception):
    """Something that ends the run; its text says what to do."""


def stat_of(pid):
    """The fields of /proc/PID/stat from the state on, or None if there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return text[text.rindex(")") + 2 :].split()


def tree(root):
    """A process and its descendants: pid -> fields of stat."""
    everyone = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = stat_of(entry)
            if fields:
                everyone[int(entry)] = fields
    found = {}
    wanted = [root]
    while wanted:
        pid = wanted.pop()
        if pid in everyone and pid not in found:
            found[pid] = everyone[pid]
            wanted += [p for p, fields in everyone.items() if int(fields[1]) == pid]
    return found


def cpu_seconds(root):
    """CPU time, user and system, of a process tree, with that of children which have ended."""
    return sum(own_cpu_seconds(pid, fields) for pid, fields in tree(root).items())


def own_cpu_seconds(pid, fields):
    """That of one process, in nanoseconds' steps, and of its children that have ended, in ticks."""
    ended = sum(map(int, fields[13:15])) / TICKS_PER_SECOND
    try:
        # The number that clock_getcpuclockid(3) gives for a process.
        return time.clock_gettime((~pid << 3) | 2) + ended
    except OSError:  # it has ended meanwhile
        return sum(map(int, fields[11:13])) / TICKS_PER_SECOND + ended


def resident_octets(root):
    """Resident memory of a process tree. Pages that its processes share count for each of them."""
    total = 0
    for pid in tree(root):
        try:
            text = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        match = re.search(r"^VmRSS:\s*(\d+) kB", text, re.MULTILINE)
        total += int(match[1]) * 1024 if match else 0
    return total


def machine_busy_seconds():
    """CPU time of all programs on this machine, without what interrupts took."""
    user, nice, system = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:4])
    return (user + nice + system) / TICKS_PER_SECOND


def follow_parent(cores):
    """In a child before exec: end when this program does, however it ends; run on these cores alone."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if cores:
        os.sched_setaffinity(0, cores)


def start(command, cores=None, **options):
    """Starts a program in a session of its own, so that Ctrl-C reaches only this one."""
    return subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: follow_parent(cores),
        **options,
    )


def end(process, patience=15):
    """Ends a program that `start` started, and whatever it started, by pid."""
    started = tree(process.pid) if process.poll() is None else {}
    with contextlib.suppress(ProcessLookupError):
        if process.poll() is None:
            process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid, fields in started.items():
        now = stat_of(pid)
        if now and now[19] == fields[19]:  # the same start time: not another process by now
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def free_port():
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def output_of(command):
    """What a command prints, on either stream; empty if it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout + done.stderr).strip()


def found_program(name, explicit=None):
    """The path of a program; some are where only root's PATH leads."""
    path = os.environ.get("PATH", os.defpath) + os.pathsep + "/usr/local/sbin:/usr/sbin:/sbin"
    return shutil.which(explicit or name, path=path)


def tell(text):
    print(text, file=sys.stderr, flush=True)


def heed_signals():
    """Makes Ctrl-C and its like a KeyboardInterrupt, so that what was started is ended."""

    def interrupt(*_):
        # Once is enough: what follows is the way out, and that is not to be cut short.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def commit_of(root):
    """The commit that is checked out there, and whether what is measured differs from it."""
    git = ["git", "-C", str(root)]
    name = output_of([*git, "rev-parse", "--short=12", "HEAD"])
    if not re.fullmatch(r"[0-9a-f]+", name):
        return "unknown"
    # Nobody measures earlier results, nor those that are being written.
    measured = [".", ":(top,exclude)bench/results"]
    changed = output_of([*git, "status", "--porcelain", "--untracked-files=no", "--", *measured])
    return name + (" with changes" if changed else "")
