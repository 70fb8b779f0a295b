"""Turns what the servers did into short words, and the differences into a Markdown table."""

from itertools import groupby

TITLES = {"passerelle": "Passerelle", "nginx": "nginx", "lighttpd": "lighttpd", "apache": "Apache"}
STATES = {"open": "open", "waits": "(waits)", "lingers": "close", "closed": "close", "close": "close"}


def words(statuses, state):
    """Statuses and state; five or more answers of the same status in a row are counted."""
    shown = []
    for status, group in groupby(statuses):
        count = len(list(group))
        shown += [status] * count if count < 5 else [f"{count}×{status}"]
    return " ".join([*shown, STATES[state]])


def expected(case):
    return words([str(answer.status) for answer in case.answers()], case.state())


def cell(seen):
    return words([status_of(answer) for answer in seen.answers], seen.state)


def status_of(answer):
    shown = str(answer.status) if answer.status else "bare"
    if not answer.whole:
        shown += "…"
    if answer.status == 405 and not answer.values("allow"):
        shown += " (no Allow)"
    if answer.is_to_head and answer.content:
        shown += " (content)"
    return shown


def row(seen, index):
    return [cell(results[index]) for results in seen.values()]


def agreed(cases, seen):
    return [index for index in range(len(cases)) if len(set(row(seen, index))) == 1]


def escaped(text):
    return text.replace("|", "\\|")


def markdown(cases, seen, facts):
    same = agreed(cases, seen)
    names = [TITLES[name] for name in seen]
    lines = [
        "# The same octets, sent to several servers",
        "",
        f"- Versions: {', '.join(facts['versions'])}",
        f"- Begun {facts['begun']}; `{facts['command']}`",
        f"- {len(cases)} cases were sent to each server; in {len(same)} all of them agree, in"
        f" {len(cases) - len(same)} they differ",
        "",
        "A cell holds the statuses of all answers in their order, then what became of the connection:"
        " `open`, it answered another request; `close`, the server ended it; `(waits)`, it did neither,"
        f" for {facts['wait']:g} s and, looked at again, {facts['second_wait']:g} s: it waited for the rest"
        " of a request, or discarded it, and had not ended its output. `…`: the answer did not come to its end. `bare`: no answer of"
        " HTTP/1.x, but content alone, as HTTP/0.9 has it, or frames of HTTP/2. `(no Allow)`: a 405"
        " that does not say what is allowed. `(content)`: content after an answer to HEAD. `7×200`:"
        " seven answers in a row.",
        "",
    ]
    for file, group in groupby(enumerate(cases), key=lambda pair: pair[1].file):
        differing = [(index, case) for index, case in group if index not in same]
        if not differing:
            continue
        lines += [f"## {file.removesuffix('.md')}", ""]
        lines += [f"| case | {' | '.join(names)} | why |", "|---" * (len(names) + 2) + "|"]
        for index, case in differing:
            cells = [case.title, *row(seen, index), case.why]
            lines.append("| " + " | ".join(escaped(text) for text in cells) + " |")
        lines.append("")
    return "\n".join(lines)
