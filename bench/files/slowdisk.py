"""A disk that is slow on purpose: a file system of its own on a loop device whose reads are throttled."""

import contextlib
import os
import subprocess
import time
from pathlib import Path

from processes import Failure, found_program, tree

READ_AHEAD_KIB = 128  # what most disks have; a loop device takes more
PATIENCE_SECONDS = 15


def run(*command):
    """What a program of the system prints; root's programs are not on everybody's PATH."""
    program = found_program(command[0])
    if program is None:
        raise Failure(f"{command[0]} is not here")
    words = [program, *map(str, command[1:])]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise Failure(f"{' '.join(map(str, command))}: {(done.stderr or done.stdout).strip()}")
    return done.stdout.strip()


class PlainDisk:
    """The disk as it is. Only for all disks of the machine at once can the kernel be made to forget."""

    def __init__(self, temp):
        self.site = temp / "site"
        self.site.mkdir()

    def describe(self):
        return "the disk of the temporary folder, as it is"

    def forget(self):
        """Makes all that the site holds cold."""
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3")

    def hold_down(self, pid):
        """Nothing: the disk is what slows the server down."""

    def end(self):
        """Nothing: the folder goes with all others."""


class SlowDisk:
    """ext4 on a loop device; processes of a control group read from it with a limit."""

    def __init__(self, temp, octets, octets_per_second, reads_per_second):
        self.limit = (octets_per_second, reads_per_second)
        self.site = temp / "site"
        self.device = None
        self.mounted = False
        self.group = None
        if os.geteuid() != 0:
            raise Failure("a slow disk needs root, for its loop device; --plain does without")
        image = temp / "disk.img"
        with open(image, "wb") as file:
            file.truncate(octets + (512 << 20))
        self.site.mkdir()
        try:
            run("mkfs.ext4", "-q", "-F", "-m", "0", image)
            self.device = run("losetup", "--find", "--show", image)
            queue = Path("/sys/block", Path(self.device).name, "queue")
            (queue / "read_ahead_kb").write_text(str(READ_AHEAD_KIB))
            self.group = made_group(self.device, *self.limit)
            self.mount()
        except BaseException:
            self.end()
            raise

    def describe(self):
        return (
            f"ext4 on a loop device, its image in the page cache; the server reads no more than"
            f" {self.limit[0] / 1e6:g} MB and {self.limit[1]} times a second, by control group"
        )

    def mount(self):
        run("mount", "-o", "noatime", self.device, self.site)
        self.mounted = True

    def unmount(self):
        """Waits for a server that is just ending."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.mounted:
            try:
                run("umount", self.site)
                self.mounted = False
            except Failure:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def forget(self):
        """Makes all that it holds cold, for this file system only: files, names and inodes."""
        self.unmount()
        self.mount()

    def hold_down(self, pid):
        """Puts a server with all its processes under the limit."""
        for one in tree(pid):
            (self.group / "cgroup.procs").write_text(str(one))

    def end(self):
        with contextlib.suppress(Failure):
            self.unmount()
        if self.device:
            with contextlib.suppress(Failure):
                run("losetup", "--detach", self.device)
        if self.group:
            with contextlib.suppress(OSError):
                self.group.rmdir()


def made_group(device, octets, reads):
    """A control group that may read from the device only so much: version 1, or else version 2."""
    number = os.stat(device).st_rdev
    name = f"{os.major(number)}:{os.minor(number)}"
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    for _, folder, kind, options, *_ in mounts:
        if kind == "cgroup" and "blkio" in options.split(","):
            group = Path(folder, f"passerelle-cold-{os.getpid()}")
            group.mkdir()
            (group / "blkio.throttle.read_bps_device").write_text(f"{name} {octets}")
            (group / "blkio.throttle.read_iops_device").write_text(f"{name} {reads}")
            return group
    for _, folder, kind, *_ in mounts:
        if kind == "cgroup2" and "io" in Path(folder, "cgroup.controllers").read_text().split():
            Path(folder, "cgroup.subtree_control").write_text("+io")
            group = Path(folder, f"passerelle-cold-{os.getpid()}")
            group.mkdir()
            (group / "io.max").write_text(f"{name} rbps={octets} riops={reads}")
            return group
    raise Failure("no control group can limit reads here; --plain does without")
