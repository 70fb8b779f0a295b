"""A place at a distance: a network namespace behind a cable that delays what passes."""

import os
import subprocess
import time
from pathlib import Path

from processes import Failure, cpu_seconds, end, found_program, start

HERE = Path(__file__).resolve().parent
DEVICE = "/dev/net/tun"
READY_SECONDS = 10


def lacks():
    """What such a place needs and this machine has not, in words."""
    if os.geteuid() != 0:
        yield "root: a network namespace and its devices take that; run it with sudo"
    if not os.path.exists(DEVICE):
        yield f"{DEVICE}: load the module with modprobe tun, or give the container that device"
    for program, package in {"gcc": "gcc libc6-dev", "nsenter": "util-linux"}.items():
        if found_program(program) is None:
            yield f"{program}: install the Debian package {package}"


def built_cable(temp):
    cable = temp / "cable"
    command = [found_program("gcc"), "-O2", "-o", cable, HERE / "cable.c"]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode:
        raise Failure(f"cable.c does not compile: {built.stderr.strip()[-500:]}")
    return cable


class Place:
    """While the `with` block runs: a namespace that is so many milliseconds away, there and back.

    Servers listen on the address `here`. Nothing is left afterwards: devices and namespace are the
    cable's own and end with it, and it ends with this program.
    """

    def __init__(self, cable, temp, round_trip, lost_per_million=0):
        self.cable = cable
        self.out = temp / "cable.out"
        self.round_trip = round_trip
        self.lost_per_million = lost_per_million
        # Addresses kept for measurements (RFC 2544); of runs at the same time each has its own.
        number = os.getpid() % 64
        network = f"198.18.{os.getpid() // 64 % 256}"
        self.here, self.there = f"{network}.{4 * number + 1}", f"{network}.{4 * number + 2}"
        self.process = None

    def __enter__(self):
        name = f"pass{os.getpid()}"
        micros = round(self.round_trip * 500)
        with open(self.out, "wb") as out:
            self.process = start(
                [self.cable, name, self.here, self.there, micros, self.lost_per_million],
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            deadline = time.monotonic() + READY_SECONDS
            while not self.said().startswith("ready"):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise Failure(f"the cable cannot be laid: {self.said() or 'it says nothing'}")
                time.sleep(0.01)
        except BaseException:
            end(self.process)
            raise
        return self

    def __exit__(self, *_):
        end(self.process)

    def said(self):
        return self.out.read_text(errors="replace").strip()

    def command(self, words):
        """The command that runs there."""
        return [found_program("nsenter"), f"--net=/proc/{self.process.pid}/ns/net", *words]

    def cpu_seconds(self):
        if self.process.poll() is not None:
            raise Failure(f"the cable has ended: {self.said()}")
        return cpu_seconds(self.process.pid)
