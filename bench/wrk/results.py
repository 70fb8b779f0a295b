"""The raw results: what the figures depend on, and the file in which they are kept."""

import hashlib
import json
import os
import platform
import re
import shlex
import sys
import time
from pathlib import Path

from lineup import ROOT, jvm_of
from plan import PINNED
from processes import Failure, commit_of, output_of
from scenarios import SCENARIOS, SERVERS, YARDSTICK


def facts(chosen, servers, absent):
    """What the figures depend on."""
    cpu = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    jvms = {server.name: jvm_of(server.java) for server in servers if hasattr(server, "java")}
    versions = {server.name: server.version() for server in servers}
    versions["wrk"] = first_match(r"wrk \S+", [chosen.wrk, "-v"]) or "wrk"
    if chosen.h2load:
        versions["h2load"] = first_match(r"h2load \S+", [chosen.h2load, "--version"]) or "h2load"
    return {
        "begun": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "command": shlex.join(["bench/wrk/run", *sys.argv[1:]]),
        "host": {
            "cores": os.cpu_count(),
            "cpu": cpu[1] if cpu else platform.machine(),
            "kernel": f"{platform.system()} {platform.release()}",
            "load": " ".join(f"{load:.2f}" for load in os.getloadavg()),
        },
        "jvm": jvms.get("passerelle", ""),
        "jvms": jvms,
        "jvm_options": chosen.jvm_options,
        "commit": commit_of(ROOT),
        "jar_sha256": sha256(chosen.jar) if chosen.jar.is_file() else "-",
        "versions": versions,
        "servers": [server.name for server in servers],
        "yardsticks": [YARDSTICK],
        "absent": absent,
        "seconds": chosen.seconds,
        "warmup": chosen.warmup,
        "repeats": chosen.repeats,
        "threads": chosen.threads,
        "pin": chosen.pin,
        "scenarios": [],
        "pairs": [],
        "failures": [],
    }


def first_match(pattern, command):
    match = re.search(pattern, output_of(command))
    return match[0] if match else ""


def sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def printable(command, temp):
    """A command as one types it, without the names of this machine's folders."""
    text = shlex.join(str(word) for word in command)
    return text.replace(str(temp), "$TEMP").replace(f"{ROOT}/", "")


# ---- the file ------------------------------------------------------------------------------------


def earlier(file, now):
    """What the file holds already, if it belongs to the same commit, host and jar."""
    before = json.loads(file.read_text())
    for what in ("commit", "jar_sha256"):
        if before[what] != now[what]:
            raise Failure(f"{file} is of another {what}, {before[what]}: give another --out, or no --add")
    for what in ("cores", "cpu", "kernel"):
        if before["host"][what] != now["host"][what]:
            raise Failure(f"{file} is of another host: give another --out, or no --add")
    return before


def joined(before, now):
    """The earlier results with the scenarios of these added, or put in the place of their like."""
    fresh = {scenario["name"] for scenario in now["scenarios"]}
    fresh |= {failure.partition(":")[0] for failure in now["failures"]}
    scenarios = [s for s in before["scenarios"] if s["name"] not in fresh] + now["scenarios"]
    pairs = {pair_key(pair): pair for pair in before.get("pairs", []) + now["pairs"]}
    servers = {name for scenario in scenarios for name in scenario["runs"]}
    absent = {**before.get("absent", {}), **now["absent"]}
    return {
        **now,
        "begun": before["begun"],
        "command": "\n".join([*before["command"].splitlines(), now["command"]]),
        "jvms": {**before.get("jvms", {}), **now["jvms"]},
        "versions": {**before["versions"], **now["versions"]},
        "servers": [name for name in SERVERS if name in servers],
        "absent": {name: why for name, why in absent.items() if name not in servers},
        "scenarios": in_order(scenarios),
        "pairs": in_order(pairs.values()),
        "failures": [f for f in before["failures"] if f.partition(":")[0] not in fresh] + now["failures"],
    }


def pair_key(pair):
    return pair["name"], pair["a"], pair["b"]


def in_order(scenarios):
    """As they are listed, each before its pinned one."""
    order = {name: number for number, name in enumerate(SCENARIOS)}
    return sorted(scenarios, key=lambda s: (order.get(s["name"].removesuffix(PINNED), -1), len(s["name"])))


def write(file, results):
    """Writes all, or leaves the file as it is."""
    results = {**results, "scenarios": in_order(results["scenarios"]), "pairs": in_order(results["pairs"])}
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(file.name + ".new")
    fresh.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    fresh.replace(file)
