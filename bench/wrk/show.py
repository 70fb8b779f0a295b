"""What is shown on the terminal: a plain table for each scenario."""

from functools import partial
from statistics import median

from intervals import Interval

FIGURES = {
    "requests/s": "requests_per_second",
    "MB/s": "megabytes_per_second",
    "octets": "octets_per_connection",
}
HEAD = "server|{unit}|ratio|CPU µs/request|errors|load CPU %|p50 ms|p99 ms|max ms|RSS MiB".split("|")


def figure(scenario, run):
    """The figure that a scenario is about."""
    if scenario["unit"] == "ms":
        return run.get("start_ms") or run["latency_ms"]["p99"]
    if "heap_per_connection" in run:
        return run["heap_per_connection"]
    return run[FIGURES[scenario["unit"]]]


def spread(values, digits):
    """The median, and the least and the most; a dash if it was not measured."""
    values = [value for value in values if value is not None]
    if not values:
        return "-"
    if len(values) == 1:
        return f"{values[0]:,.{digits}f}"
    return f"{median(values):,.{digits}f} ({min(values):,.{digits}f}-{max(values):,.{digits}f})"


def pair_figures(scenario):
    """What pairs are compared by: title -> the figure of a run, or None."""
    cpu = "server_cpu_micros_per_request"
    if scenario["unit"] == "MB/s":
        return {"MB/s": partial(of, "megabytes_per_second"), "CPU µs/MB": cpu_per_megabyte}
    if scenario["unit"] == "octets":
        kinds = {"idle": "octets_per_connection", "heap": "heap_per_connection"}
        return {"octets": partial(of, kinds[scenario["load"]])}
    if scenario["load"] == "start":
        return {"start ms": partial(of, "start_ms"), "start CPU ms": partial(of, "start_cpu_ms")}
    if scenario["unit"] == "ms":
        return {"p50 ms": partial(latency, "p50"), "p99 ms": partial(latency, "p99")}
    return {"requests/s": partial(of, "requests_per_second"), "CPU µs/request": partial(of, cpu)}


def of(key, run):
    return run.get(key)


def latency(name, run):
    return run["latency_ms"][name]


def cpu_per_megabyte(run):
    cpu = run["server_cpu_micros_per_request"]
    return None if cpu is None else cpu * run["requests_per_second"] / run["megabytes_per_second"]


def ratios(pair):
    """Of each figure that all runs of a pair have, the interval of A's divided by B's."""
    found = {}
    for title, get in pair_figures(pair).items():
        both = [(get(a), get(b)) for a, b in zip(pair["runs"]["a"], pair["runs"]["b"])]
        values = [a / b for a, b in both if a is not None and b]
        if values:
            found[title] = Interval(values)
    return found


def pair_table(pair):
    """Two sides' runs, as lines for the terminal."""
    runs = pair["runs"]
    errors = [sum(run["errors"] for run in runs[side]) for side in "ab"]
    over = f", {pair['connections']} connections" if pair["connections"] else ""
    lines = ["", f"{pair['name']}: {pair['title']}{over}; {len(runs['a'])} pairs of {pair['seconds']} s"]
    lines.append(f"A: {pair['a']}, {errors[0]} errors; B: {pair['b']}, {errors[1]} errors")
    for title, interval in ratios(pair).items():
        get = pair_figures(pair)[title]
        a, b = (median(get(run) for run in runs[side]) for side in "ab")
        lines.append(f"{title}: A {a:,.2f}, B {b:,.2f}; A ÷ B {interval}; {interval.verdict}")
    for side in "ab":
        for run in runs[side]:
            lines += [f"! {pair[side]}, pair {run['round']}: {problem}" for problem in run["problems"]]
    return lines


def ratio(scenario, runs, reference):
    """The median over the rounds of a server's figure divided by the first server's."""
    pairs = [
        figure(scenario, run) / figure(scenario, other)
        for run, other in zip(runs, reference)
        if figure(scenario, run) and figure(scenario, other)
    ]
    return f"{median(pairs):.2f}" if pairs else "-"


def row(scenario, server, runs, reference):
    def column(key, digits=0):
        return spread([run.get(key) for run in runs], digits)

    def latency(name):
        values = [run["latency_ms"][name] for run in runs]
        return f"{median(values):.2f}" if None not in values else "-"

    fine = scenario["unit"] == "ms"
    return [
        server,
        spread([figure(scenario, run) for run in runs], 2 if fine else 0),
        ratio(scenario, runs, reference),
        column("server_cpu_micros_per_request", 1),
        str(sum(run["errors"] for run in runs)),
        column("wrk_cpu_percent"),
        latency("p50"),
        latency("p99"),
        latency("max"),
        f"{median(run['rss_kib'] for run in runs) / 1024:,.0f}",
    ]


def table(scenario):
    """A scenario's runs, as lines for the terminal."""
    idle = f", {scenario['idle']:,} idle ones beside" if scenario["idle"] else ""
    over = f", {scenario['connections']} connections" if scenario["connections"] else ""
    lines = ["", f"{scenario['name']}: {scenario['title']}{over}{idle}"]
    if not scenario["runs"]:
        return [*lines, "nobody took part"]
    reference = next(iter(scenario["runs"].values()))
    rows = [[cell.format(unit=scenario["unit"]) for cell in HEAD]]
    if scenario["unit"] == "ms" and scenario["load"] != "start":
        rows[0][1] = "p99 ms"
    rows += [row(scenario, server, runs, reference) for server, runs in scenario["runs"].items()]
    # A column in which nobody has anything tells nothing.
    kept = [i for i in range(len(rows[0])) if i == 0 or any(cells[i] != "-" for cells in rows[1:])]
    rows = [[cells[i] for i in kept] for cells in rows]
    widths = [max(len(cells[i]) for cells in rows) for i in range(len(kept))]
    for cells in rows:
        padded = [cells[0].ljust(widths[0])]
        padded += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])]
        lines.append("  ".join(padded).rstrip())
    for server, runs in scenario["runs"].items():
        for run in runs:
            lines += [f"! {server}, round {run['round']}: {problem}" for problem in run["problems"]]
    return lines
