"""Reads conformance cases, as strictly as the server's test CaseReader, which describes them.

They are Markdown files with what a client sends and what happens then. Whatever is not a case is a
mistake that ends the run, with its file and line.
"""

import re

ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}
STATES = ("open", "waits", "lingers", "closed")
OCTET = r"\\x[0-9a-f]{2}|\\[rnt0\\]|[^\x00-\x1f\x7f\\{}\u0100-\U0010ffff]"
TOKEN = re.compile(rf"\{{(?P<times>[1-9]\d{{0,5}})\*(?P<text>(?:{OCTET})+)\}}|{OCTET}")
MOST_REPETITIONS = 100_000
BLOCK = re.compile(r"```(?:log|http(?: whole)?(?P<end> end)?)")
ANSWER = re.compile(r"([1-5]\d\d)(?: ([A-Z]+) (\S+))?")
SAME_ANSWERS = re.compile(r"\{([1-9]\d{0,4})\*(\d.*)\}")
DETAIL = re.compile(
    r"  (?:!(?P<absent>[A-Z][A-Za-z-]*)"
    r"|(?P<known>host|content):(?: (?P<text>.+))?"
    r"|(?P<name>[A-Z][A-Za-z-]*): (?P<value>.+))"
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
    """What a client sends in one go, whether it ends its side then, and what happens."""

    def __init__(self, sent, ends, answers, state):
        self.sent = sent
        self.ends = ends
        self.answers = answers
        self.state = state


class Case:
    def __init__(self, file, line, title, why, steps):
        self.file = file
        self.line = line
        self.title = title
        self.why = why
        self.steps = steps

    def answers(self):
        return [answer for step in self.steps for answer in step.answers]

    def state(self):
        return self.steps[-1].state


def octets_of(text):
    """The octets that a piece of text stands for, its escapes and repetitions resolved."""
    made = []
    position = 0
    while position < len(text):
        token = TOKEN.match(text, position)
        if not token:
            raise ValueError(f"no octet, escape or repetition: {text[position:position + 20]}")
        times = int(token["times"] or 1)
        if times > MOST_REPETITIONS:
            raise ValueError("too many repetitions")
        if token["times"]:
            made.append(octets_of(token["text"]) * times)
        elif token[0].startswith("\\x"):
            made.append(bytes.fromhex(token[0][2:]))
        else:
            made.append(ESCAPES[token[0][1]] if token[0][0] == "\\" else token[0].encode("latin-1"))
        position = token.end()
    return b"".join(made)


def sent_octets(line):
    """The octets of a line of an http block: with CRLF, unless its last character is a lone backslash."""
    if line.endswith(" "):
        raise ValueError("a space that nobody sees at the end of a line: \\x20")
    backslashes = len(line) - len(line.rstrip("\\"))
    return octets_of(line[:-1]) if backslashes % 2 else octets_of(line) + b"\r\n"


class Reader:
    """The lines of one file, and how far they are read."""

    def __init__(self, file, lines):
        self.file = file
        self.lines = lines
        self.next = 0

    def peek(self):
        return self.lines[self.next] if self.next < len(self.lines) else None

    def take(self, wanted):
        if self.next == len(self.lines):
            raise ValueError(f"{wanted} is missing at the end of the file")
        self.next += 1
        return self.lines[self.next - 1]

    def read(self):
        if not self.take("the title").startswith("# "):
            raise ValueError("a file begins with its title")
        self.prose()
        cases = []
        while self.peek() is not None:
            cases.append(self.case())
        if not cases:
            raise ValueError("no cases")
        return cases

    def prose(self):
        """Text up to the next title or block, as one line."""
        words = []
        while self.peek() is not None and not re.match("#|```", self.peek()):
            words += self.take("text").split()
        return " ".join(words)

    def case(self):
        heading = self.take("a case")
        line = self.next
        title = heading[3:].strip() if heading.startswith("## ") else ""
        if not title:
            raise ValueError("a case begins with ## and its title")
        why = self.prose()
        if not re.fullmatch(r".*[.?]\)?", why):
            raise ValueError("a case needs a reason, in whole sentences")
        steps = []
        while self.peek() is not None and not self.peek().startswith("#"):
            steps.append(self.step())
            if self.prose():
                raise ValueError("text behind a block")
        if not steps:
            raise ValueError("a case without an http block")
        return Case(self.file, line, title, why, steps)

    def step(self):
        ends = self.opening("```http")["end"] is not None
        sent = b""
        line = self.take("```")
        while line != "```":
            sent += sent_octets(line)
            line = self.take("```")
        if not sent and not ends:
            raise ValueError("an http block that sends nothing")
        if self.prose():
            raise ValueError("text between an http block and its log")
        self.opening("```log")
        answers = []
        line = self.take("the state")
        while line not in STATES:
            answers += self.same_answers(line)
            line = self.take("the state")
        if self.take("```") != "```":
            raise ValueError("a log ends behind the state of the connection")
        return Step(sent, ends, answers, line)

    def opening(self, kind):
        line = self.take(kind)
        opening = BLOCK.fullmatch(line)
        if not opening or not line.startswith(kind):
            raise ValueError(f"{kind} is missing")
        return opening

    def same_answers(self, line):
        """The answers that a line of a log, and the details below it, tell of."""
        same = SAME_ANSWERS.fullmatch(line)
        told = ANSWER.fullmatch(same[2] if same else line)
        if not told:
            raise ValueError(f"neither an answer nor a state: {line}")
        status = int(told[1])
        if 200 <= status < 400 if told[2] is None else status < 200:
            raise ValueError("method and target belong to all answers but interim ones and refusals")
        answer = Answer(status, told[2])
        while (self.peek() or "").startswith(" "):
            self.detail(answer, self.take("a detail"))
        return [answer] * (int(same[1]) if same else 1)

    def detail(self, answer, line):
        detail = DETAIL.fullmatch(line)
        if not detail or line.endswith(" "):
            raise ValueError(f"not a detail of an answer: {line}")
        if detail["absent"]:
            answer.fields.append((detail["absent"], None))
        elif detail["name"]:
            answer.fields.append((detail["name"], octets_of(detail["value"]).decode("latin-1")))
        elif detail["known"] == "content":
            answer.content = octets_of(detail["text"] or "")
        # What a server took for the host does not show outside.


def read_file(path):
    """The cases of one file."""
    reader = Reader(path.name, path.read_text(encoding="utf-8").removesuffix("\n").split("\n"))
    try:
        return reader.read()
    except ValueError as mistake:
        raise Mistake(f"{path.name}:{reader.next}: {mistake}") from None


def read_folder(folder):
    """The cases of all files of a folder, in the order of their names."""
    cases = [case for path in sorted(folder.glob("*.md")) for case in read_file(path)]
    if not cases:
        raise Mistake(f"there are no cases in {folder}")
    known = {}
    for case in cases:
        if case.title in known:
            raise Mistake(f"{case.file}:{case.line}: a title that {known[case.title]} has, too")
        known[case.title] = case.file
    return cases
