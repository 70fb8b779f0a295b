"""Reads conformance cases: Markdown files with what a client sends and what happens then.

As strict as the test that runs them in memory: whatever is not a case as they are described there
is a mistake that ends the run, with its file and line.
"""

import re

ESCAPES = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\"}
STATES = ("open", "waits", "lingers", "closed")
TOKEN = re.compile(
    r"\\x(?P<octet>[0-9A-Fa-f]{2})"
    r"|\\(?P<escape>[rnt0\\])"
    r"|(?P<wrong>\\)"
    r"|\{(?P<times>[0-9]+)\*(?P<text>(?:[^}\\]|\\.)*)\}"
    r"|(?P<plain>.)",
    re.DOTALL,
)


class Mistake(Exception):
    """A file that holds something else than cases."""


class Answer:
    """One answer as a log block tells it; what is not told may be anything."""

    def __init__(self, status, method):
        self.status = status
        self.method = method
        self.fields = []  # name, and value or None for a field that must not be there
        self.content = None


class Step:
    """What a client sends in one go, and what happens then."""

    def __init__(self, sent):
        self.sent = sent
        self.answers = []
        self.state = None


class Case:
    def __init__(self, file, line, title):
        self.file = file
        self.line = line
        self.title = title
        self.why = ""
        self.steps = []

    def answers(self):
        return [answer for step in self.steps for answer in step.answers]

    def state(self):
        return self.steps[-1].state


def octets_of(text):
    """The octets that a piece of text stands for, its escapes and repetitions resolved."""
    made = []
    for token in TOKEN.finditer(text):
        if token["octet"]:
            made.append(bytes([int(token["octet"], 16)]))
        elif token["escape"]:
            made.append(ESCAPES[token["escape"]].encode("latin-1"))
        elif token["wrong"]:
            raise ValueError("a backslash that begins no escape")
        elif token["times"]:
            made.append(octets_of(token["text"]) * int(token["times"]))
        else:
            if ord(token["plain"]) > 0xFF:
                raise ValueError(f"{token['plain']!r} is more than an octet")
            made.append(token["plain"].encode("latin-1"))
    return b"".join(made)


def sent_octets(lines):
    """The octets of an http block: each line with CRLF, but for one that ends with a lone backslash."""
    made = []
    for line in lines:
        backslashes = len(line) - len(line.rstrip("\\"))
        joined = backslashes % 2 == 1
        made.append(octets_of(line[:-1] if joined else line) + (b"" if joined else b"\r\n"))
    return b"".join(made)


def read_log(step, lines):
    """Reads a log block into a step."""
    for line in lines:
        answer = re.fullmatch(r"([1-5]\d\d)(?: (\S+) (\S.*))?", line)
        if step.state:
            raise ValueError("something follows the state of the connection")
        if line in STATES:
            step.state = line
        elif answer:
            step.answers.append(Answer(int(answer[1]), answer[2]))
        elif line.startswith("  ") and step.answers:
            read_detail(step.answers[-1], line[2:])
        else:
            raise ValueError(f"{line!r} is no line of a log")
    if not step.state:
        raise ValueError("a log without the state of the connection")


def read_detail(answer, detail):
    absent = re.fullmatch(r"!([^\s:]+)", detail)
    pair = re.fullmatch(r"([^\s:!]+):(?: (.*))?", detail)
    if absent:
        answer.fields.append((absent[1], None))
    elif pair and pair[1] == "content":
        answer.content = octets_of(pair[2] or "")
    elif pair and pair[1] != "host":  # how a server understood the host does not show outside
        answer.fields.append((pair[1], pair[2] or ""))
    elif not pair:
        raise ValueError(f"{detail!r} is no detail of an answer")


def read_file(path):
    """The cases of one file."""
    cases = []
    titled = False
    block = None  # kind and lines, while inside of one
    number = 0
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if block and line == "```":
                end_block(cases[-1], block)
                block = None
            elif block:
                block[1].append(line)
            elif line in ("```http", "```log"):
                if not cases or not cases[-1].why:
                    raise ValueError("a block before the title and the reason of its case")
                block = (line[3:], [])
            elif titled and line.startswith("## "):
                require_complete(cases)
                cases.append(Case(path.name, number, line[3:].strip()))
            elif line.startswith("# ") and not titled:
                titled = True
            elif re.match(r"```|~~~|#", line) or not titled and line.strip():
                raise ValueError(f"{line!r} is not expected here")
            elif cases and line.strip():
                add_reason(cases[-1], line.strip())
        if block:
            raise ValueError("a block without an end")
        require_complete(cases)
    except ValueError as mistake:
        raise Mistake(f"{path.name}:{number}: {mistake}") from None
    if not cases:
        raise Mistake(f"{path.name}: no cases")
    return cases


def add_reason(case, line):
    if case.steps:
        raise ValueError("text after a block")
    case.why = f"{case.why} {line}".strip()


def end_block(case, block):
    kind, lines = block
    in_order = not case.steps or case.steps[-1].state
    if kind == "http" and in_order:
        case.steps.append(Step(sent_octets(lines)))
    elif kind == "log" and not in_order:
        read_log(case.steps[-1], lines)
    else:
        raise ValueError("http and log blocks must come in turn")


def require_complete(cases):
    if cases and not (cases[-1].steps and cases[-1].steps[-1].state):
        raise ValueError(f"the case {cases[-1].title!r} has no pair of an http and a log block")


def read_folder(folder):
    """The cases of all files of a folder, in the order of their names."""
    cases = [case for path in sorted(folder.glob("*.md")) for case in read_file(path)]
    if not cases:
        raise Mistake(f"there are no cases in {folder}")
    known = set()
    for case in cases:
        if (case.file, case.title) in known:
            raise Mistake(f"{case.file}:{case.line}: a second case of the name {case.title!r}")
        known.add((case.file, case.title))
    return cases
