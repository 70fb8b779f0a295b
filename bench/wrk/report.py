"""Turns the raw results into a Markdown report."""

from statistics import median

import show

# wrk that needs almost all of its cores measures itself.
SATURATED_PERCENT = 90
# Other programs that take more than this share of the machine spoil a run.
NOISE_PERCENT = 10


def spread(values, digits):
    """The median, and the least and the most."""
    values = [value for value in values if value is not None]
    if not values:
        return "-"
    if len(values) == 1:
        return f"{values[0]:,.{digits}f}"
    return f"{median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def ratio(runs, reference):
    """The median over the rounds of a server's rate divided by the first server's."""
    pairs = [
        run["requests_per_second"] / other["requests_per_second"]
        for run, other in zip(runs, reference)
        if other["requests_per_second"]
    ]
    return f"{median(pairs):.2f}" if pairs else "-"


def table(scenario):
    if scenario["unit"] not in ("requests/s", "MB/s"):
        title, *rows = show.table(scenario)[1:]
        return [f"### {title}", "", "```", *rows, "```", ""]
    reference = next(iter(scenario["runs"].values()), [])
    in_megabytes = scenario["unit"] == "MB/s"
    lines = [
        f"### {scenario['name']}: {scenario['title']}",
        "",
        f"{scenario['connections']} connections. Median (least–most) of " f"{len(reference)} run(s).",
        "",
        f"| server | {scenario['unit']} | ratio | CPU µs/request | errors | wrk CPU % | other CPU %"
        " | octets/answer |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for server, runs in scenario["runs"].items():
        rates = [run["megabytes_per_second" if in_megabytes else "requests_per_second"] for run in runs]
        cells = [
            server,
            spread(rates, 0),
            ratio(runs, reference),
            spread([run["server_cpu_micros_per_request"] for run in runs], 1),
            str(sum(run["errors"] for run in runs)),
            spread([run["wrk_cpu_percent"] for run in runs], 0),
            spread([run["other_cpu_percent"] for run in runs], 0),
            f"{scenario['checked'][server]['octets']:,}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines + [""]


def remarks(results):
    """What a reader must know before believing the figures."""
    found = []
    if results["repeats"] < 3:
        found.append("Fewer than three repeats: this shows that it runs, it is not a result.")
    found += [f"**Failed:** {failure}." for failure in results["failures"]]
    for scenario in results["scenarios"]:
        name = scenario["name"]
        for server, runs in scenario["runs"].items():
            for run in runs:
                if run["problems"]:
                    problems = "; ".join(run["problems"])
                    found.append(f"**{name}, {server}, round {run['round']}:** {problems}.")
            wrk = median(run.get("wrk_cpu_percent", 0) for run in runs)
            if wrk > SATURATED_PERCENT * results["threads"]:
                found.append(
                    f"{name}, {server}: wrk used {wrk:.0f} % of a core on {results['threads']}"
                    " thread(s), so the rate may be wrk's limit; compare the CPU time."
                )
        everyone = [run for runs in scenario["runs"].values() for run in runs]
        other = max((run.get("other_cpu_percent") or 0 for run in everyone), default=0)
        if other > NOISE_PERCENT:
            found.append(f"{name}: other programs used up to {other:.0f} % of the machine.")
    return found


def markdown(results):
    host = results["host"]
    lines = ["## Side by side", ""]
    lines += [
        f"- Host: {host['cores']} cores, {host['cpu']}, {host['kernel']}; load before {host['load']}",
        f"- JVM: {results['jvm']}" if results["jvm"] else "- JVM: none was run",
        f"- Commit: {results['commit']}; jar sha256 {results['jar_sha256'][:16]}",
        f"- Versions: {', '.join(results['versions'].values())}",
        f"- Begun {results['begun']}; {results['repeats']} round(s), in each one run per server in turn",
        f"- Ratio: requests/s divided by {results['servers'][0]}'s in the same round",
        "",
    ]
    for scenario in results["scenarios"]:
        lines += table(scenario)
    found = remarks(results)
    if found:
        lines += ["Remarks:", ""] + [f"- {remark}" for remark in found] + [""]
    lines += [
        "Commands ($TEMP is a temporary directory; the configurations are in the JSON file):",
        "",
        "```",
    ]
    lines += [f"{results['command']}"]
    for scenario in results["scenarios"]:
        lines += [f"# {scenario['name']}"]
        for server in scenario["runs"]:
            lines += [scenario["commands"][server]["server"], scenario["commands"][server]["wrk"]]
    return "\n".join(lines + ["```"])
