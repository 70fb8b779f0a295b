"""What the scripts of this folder share: options, the site, the servers, the way out, the report."""

import hashlib
import os
import platform
import random
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "bench/wrk"))

from processes import Failure, commit_of, found_program, heed_signals, output_of, tell
from servers import Apache, Lighttpd, Nginx, Passerelle

# What the classes in servers.py want to know of a run.
Scenario = namedtuple("Scenario", "is_cgi depth")

SMALL = "1k.html"
LARGE = "16m.bin"
SIZES = {SMALL: 1 << 10, "100k.html": 100 << 10, LARGE: 16 << 20}
PACKAGES = {"nginx": "nginx-light", "lighttpd": "lighttpd", "apache2": "apache2"}
# The limits on slow requests that Debian's configuration of Apache sets.
APACHE_LIMITS = """\
RequestReadTimeout header=20-40,minrate=500
RequestReadTimeout body=10,minrate=500"""
ECHO_SCRIPT = """\
#!/bin/sh
printf 'Content-Type: text/plain\\n\\n'
exec cat
"""


def server_options(add, jvm_options, peers):
    """The options that say which servers run, and where the report goes."""
    jar = ROOT / "server/target/passerelle.jar"
    add("--jar", type=Path, default=jar, help="default: server/target/passerelle.jar")
    add("--java", default="java", metavar="COMMAND", help="the JVM (default: java on the PATH)")
    add(
        "--jvm-options",
        default=jvm_options,
        metavar="OPTIONS",
        help="for the JVM (default: %(default)s)",
    )
    if peers:
        add("--peers", action="store_true", help=f"also {', '.join(peers)}, if installed")
    add("--report", type=Path, metavar="FILE", help="write the result there, as Markdown")


def whole_number(text):
    """An option's value: one or more."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


# ---- the site ------------------------------------------------------------------------------------


def make_site(temp):
    """Writes the files to serve: the same octets every time, but for a token of this run."""
    site = temp / "site"
    (site / "cgi-bin").mkdir(parents=True)
    (site / "folder").mkdir()
    chance = random.Random(1)
    letters = bytes(range(32, 127))
    for name, size in SIZES.items():
        row = bytes(chance.choices(letters, k=min(size, 64 << 10)))
        (site / name).write_bytes((row * (size // len(row) + 1))[:size])
    (site / "empty.html").touch()
    for name in ("one", "two", "three"):
        (site / f"folder/{name}.html").write_text(f"{name}\n")
    write_script(site, "echo.cgi", ECHO_SCRIPT)
    token = os.urandom(16).hex().encode()
    (site / "token.html").write_bytes(token)
    return site, token


def write_script(site, name, text):
    script = site / "cgi-bin" / name
    script.write_text(text)
    script.chmod(0o755)


# ---- the servers ---------------------------------------------------------------------------------


def replaced(text, pattern, value):
    """The text with exactly one place changed."""
    changed, count = re.subn(pattern, value, text)
    if count != 1:
        raise Failure(
            f"the configuration in servers.py has {count} places like {pattern!r}, not one"
        )
    return changed


def passerelle(chosen, kind=Passerelle):
    if not chosen.jar.is_file():
        raise Failure(f"there is no {chosen.jar}: build it with mvn -B package -DskipTests")
    java = found_program("java", chosen.java)
    if java is None:
        raise Failure("java is not here: install openjdk-17-jdk-headless, or give --java")
    return kind(java, chosen.jvm_options, chosen.jar.resolve())


def peers(names, connections):
    """Those of the other servers that are here, each with room for so many connections."""
    found = []
    for name in names:
        program = found_program(name)
        if program is None:
            tell(f"{name} is not here: install the Debian package {PACKAGES[name]}; left out")
        elif name == "nginx":
            found.append(Nginx(program))
        elif name == "lighttpd":
            found.append(Lighttpd(program))
        else:
            found.append(Apache(program, ["reqtimeout"], APACHE_LIMITS))
    for server in found:
        server.make_room(connections)
    return found


def left_out(server, failure):
    """What the report says of another server that cannot be measured; our own must not fail."""
    if isinstance(server, Passerelle):
        raise failure
    tell(f"{server.name} is left out: {failure}")
    return f"Left out: {failure}."


# ---- the run -------------------------------------------------------------------------------------


def perform(name, chosen, work):
    """Runs work(chosen, temp), which returns the report's lines and what failed; the exit code."""
    heed_signals()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    temp = Path(tempfile.mkdtemp(prefix=f"passerelle-{Path(name).parent.name}-"))
    temp.chmod(0o755)  # a server that is not root must be able to read the site
    begun = time.strftime("%Y-%m-%d %H:%M:%S %z")
    try:
        lines, failures = work(chosen, temp)
        lines += ["", *(f"**Failed:** {failure}" for failure in failures)]
        lines += [] if failures else ["Nothing failed."]
        print("\n".join(lines))
        if chosen.report:
            chosen.report.parent.mkdir(parents=True, exist_ok=True)
            chosen.report.write_text("\n".join([f"## {name}, {begun}", "", *lines]) + "\n")
        return 1 if failures else 0
    except (Failure, OSError, subprocess.SubprocessError) as failure:
        tell(f"{name}: {failure}")
        return 1
    except KeyboardInterrupt:
        tell(f"{name}: interrupted; what was started has been ended")
        return 1
    finally:
        shutil.rmtree(temp, ignore_errors=True)


# ---- the report ----------------------------------------------------------------------------------


def facts(name, chosen, running, tools=()):
    """The head of a report: what the figures depend on."""
    cpu = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    jvm = "; ".join(output_of([found_program("java", chosen.java), "-version"]).splitlines())
    versions = [server.version() for server in running] + list(tools)
    return [
        f"- Host: {os.cpu_count()} cores, {cpu[1] if cpu else platform.machine()},"
        f" {int(memory[1]) >> 20} GiB, {platform.system()} {platform.release()};"
        f" load before {os.getloadavg()[0]:.2f}",
        f"- JVM: {jvm}; options {chosen.jvm_options or 'none'}",
        f"- Commit: {commit_of(ROOT)};"
        f" jar sha256 {hashlib.sha256(chosen.jar.read_bytes()).hexdigest()[:16]}",
        f"- Versions: {', '.join(versions)}",
        f"- Command: `{shlex.join([name, *sys.argv[1:]])}`",
    ]


def table(head, rows):
    """A Markdown table; all columns but the first are numbers."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]


def megabytes(octets):
    return f"{octets / 1e6:.1f}"
