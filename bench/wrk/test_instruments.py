"""Tests of what measures: python3 -m unittest discover bench/wrk"""

import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE), *(str(HERE.parent / folder) for folder in ("files", "hostile"))]

import pinning
import results
import show
from intervals import Interval, rank
from measure import keeps
from plan import Part, planned
from processes import Failure, commit_of, cpu_seconds, end, start
from scenarios import SCENARIOS


class Stub:
    def __init__(self, name, is_java=False, lacks=()):
        self.name = name
        self.is_java = is_java
        self.lacks = frozenset(lacks)


def chosen(**more):
    usual = {"connections": None, "seconds": None, "repeats": 5, "pin": "", "quick": False, "warmup": None}
    return SimpleNamespace(**{**usual, **more})


class Intervals(unittest.TestCase):
    def test_bounds_are_those_of_the_sign_test(self):
        known = {1: 0, 5: 0, 6: 1, 8: 1, 9: 2, 11: 2, 12: 3, 15: 4, 20: 6, 25: 8, 30: 10, 50: 18, 100: 40}
        self.assertEqual(known, {count: rank(count) for count in known})

    def test_median_and_bounds(self):
        interval = Interval([i / 10 for i in range(20, 0, -1)])
        self.assertEqual("1.050 [0.600, 1.500]", str(interval))
        self.assertEqual("no difference to be told", interval.verdict)

    def test_three_percent_are_told(self):
        self.assertEqual("3.0 % more", Interval([1.01, 1.02, 1.03, 1.03, 1.04, 1.05]).verdict)
        self.assertEqual("3.0 % less", Interval([0.95, 0.96, 0.97, 0.97, 0.98, 0.99]).verdict)
        self.assertEqual("too few pairs", Interval([1.03] * 5).verdict)


class Pairs(unittest.TestCase):
    def pair(self, unit, **more):
        run = {"requests_per_second": 10, "megabytes_per_second": 4, "server_cpu_micros_per_request": 2, **more}
        slow = {**run, "requests_per_second": 5, "megabytes_per_second": 2}
        return {"unit": unit, "load": "wrk", "runs": {"a": [run] * 6, "b": [slow] * 6}}

    def test_rates_and_cpu_time(self):
        found = show.ratios(self.pair("requests/s"))
        self.assertEqual({"requests/s": 2, "CPU µs/request": 1}, {k: v.median for k, v in found.items()})
        found = show.ratios(self.pair("MB/s"))
        self.assertEqual({"MB/s": 2, "CPU µs/MB": 1}, {k: v.median for k, v in found.items()})

    def test_a_figure_that_nobody_knows_is_left_out(self):
        found = show.ratios(self.pair("requests/s", server_cpu_micros_per_request=None))
        self.assertEqual(["requests/s"], list(found))


class Plans(unittest.TestCase):
    def test_a_warm_jvm_goes_on_and_what_starts_anew_comes_last(self):
        both = [Stub("passerelle", True), Stub("nginx", lacks=["scripts"])]
        names = ("start", "cgi-c", "1k-64", "rate", "404")
        parts = planned([Part(chosen(), name, both) for name in names])
        self.assertEqual(["1k-64", "rate", "404", "cgi-c", "start"], [part.name for part in parts])
        self.assertEqual([set(), {both[0]}, {both[0]}, set(), set()], [part.warm for part in parts])

    def test_scripts_are_not_pinned(self):
        part = Part(chosen(pin="both"), "1k-64", [Stub("nginx")])
        self.assertEqual(["1k-64", "1k-64-pinned"], [part.title(pinned) for pinned in part.pinned])
        self.assertEqual([False], Part(chosen(pin="only"), "cgi-c", [Stub("apache")]).pinned)

    def test_a_server_without_a_jvm_is_started_for_each_scenario(self):
        self.assertFalse(keeps(Stub("nginx"), SCENARIOS["404"], SCENARIOS["1k-64"]))
        self.assertFalse(keeps(Stub("passerelle", True), SCENARIOS["cgi-c"], SCENARIOS["1k-64"]))

    def test_pinned_ones_stand_behind_their_like(self):
        names = ["404", "1k-64-pinned", "unknown", "1k-64"]
        ordered = [one["name"] for one in results.in_order([{"name": name} for name in names])]
        self.assertEqual(["unknown", "1k-64", "1k-64-pinned", "404"], ordered)


class Pinning(unittest.TestCase):
    def test_threads_are_found_by_name_and_placed(self):
        process = start([sys.executable, "-c", "import time; time.sleep(60)"])
        try:
            core = {min(os.sched_getaffinity(0))}
            pinned = SimpleNamespace(process=process, serving_threads=())
            pinning.place(pinned, core)
            self.assertEqual(core, os.sched_getaffinity(process.pid))
            pinned.serving_threads = ("nobody",)
            with self.assertRaises(Failure):
                pinning.place(pinned, core)
        finally:
            end(process)

    def test_cpu_time_is_finer_than_a_tick(self):
        used = cpu_seconds(os.getpid())
        until = time.process_time() + 0.002
        while time.process_time() < until:
            pass
        self.assertTrue(0.001 < cpu_seconds(os.getpid()) - used < 0.5)


class Commits(unittest.TestCase):
    def test_results_are_no_change_and_all_else_is(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "bench/results").mkdir(parents=True)
            files = [root / "bench/results/raw.json", root / "code"]
            for file in files:
                file.write_text("before")
            self.assertEqual("unknown", commit_of(root))
            me = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
            for command in (["init", "-q"], ["add", "."], [*me, "commit", "-q", "-m", "x"]):
                subprocess.run(["git", "-C", folder, *command], check=True)
            files[0].write_text("after")
            self.assertRegex(commit_of(root), "^[0-9a-f]{12}$")
            files[1].write_text("after")
            self.assertRegex(commit_of(root), "^[0-9a-f]{12} with changes$")


if __name__ == "__main__":
    unittest.main()
