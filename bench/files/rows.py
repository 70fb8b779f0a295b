"""The rows of the table: what is asked, what is right, and what became of it."""

import os
import re
import threading
from pathlib import Path

from processes import tree
import wire

ROWS = []
GONE = (wire.Silence, wire.Ended, ConnectionError, TimeoutError)


class Lacks(Exception):
    """A server has no such thing, so that the row says nothing about it."""


class Row:
    """One check. Its look returns a short fact, or that with whether it is right."""

    def __init__(self, group, title, right, own, look):
        self.group = group
        self.title = title
        self.right = right
        self.own = own
        self.look = look

    def is_right(self, fact):
        return fact in self.right.split(" or ")


def row(group, title, right, own=False):
    """Adds what it decorates as a row.

    `right` is the fact that is right, several of them with " or " between, or any words if the look
    itself judges. A row of our own is about what Passerelle promises beyond the RFCs; there others
    are not judged.
    """

    def add(look):
        ROWS.append(Row(group, title, right, own, look))
        return look

    return add


class Cell:
    """What came of one row with one server: right is None where nothing is judged."""

    def __init__(self, fact, right):
        self.fact = fact
        self.right = right


class Subject:
    """A server that runs, as the rows see it."""

    def __init__(self, server, site, scale, again):
        self.server = server
        self.site = site
        self.scale = scale
        self.again = again  # starts another one of the kind: with what_for(words)
        self.known = {}

    @property
    def name(self):
        return self.server.name

    @property
    def port(self):
        return self.server.port

    @property
    def pid(self):
        return self.server.process.pid

    def connect(self, **how):
        return wire.Connection(self.port, **how)

    def ask(self, target, *fields, **how):
        return wire.ask(self.port, target, *fields, **how)

    def content(self, name):
        return (self.site / name).read_bytes()

    def field(self, target, name, *fields):
        """A field of a plain answer, asked for once."""
        key = (target, name, fields)
        if key not in self.known:
            self.known[key] = self.ask(target, *fields).get(name)
        if not self.known[key]:
            raise Lacks(f"no {name}")
        return self.known[key]

    def is_alive(self):
        try:
            return self.server.process.poll() is None and self.ask("/token.html").status == 200
        except (*GONE, OSError):
            return False

    def run_seconds(self):
        """CPU time of all threads that live, by the nanosecond."""
        total = 0
        for pid in tree(self.pid):
            for task in os.listdir(f"/proc/{pid}/task"):
                total += int(Path(f"/proc/{pid}/task/{task}/schedstat").read_text().split()[0])
        return total / 1e9


def look_at(row, subject):
    """Runs one row, whatever the server does."""
    judged = not row.own or subject.name == "passerelle"
    try:
        found = row.look(subject)
    except Lacks as lack:
        return Cell(f"– {lack}", False if subject.name == "passerelle" else None)
    except GONE as gone:
        found = (str(gone) or type(gone).__name__, False)
    fact, right = found if isinstance(found, tuple) else (found, row.is_right(found))
    return Cell(fact, right if judged else None)


# ---- what answers look like in a cell ------------------------------------------------------------


def shape(answer, content):
    """Status and content of an answer, compared with the file."""
    if answer.status == 200:
        if "content-encoding" in answer.names():
            return f"200 {answer.get('content-encoding')}"
        if answer.content == content and answer.whole:
            return "200 whole"
        return "200 cut off" if not answer.whole else "200 other content"
    if answer.status == 206:
        return part(answer, content)
    if answer.status == 416:
        told = answer.get("content-range")
        return "416" if told == f"bytes */{len(content)}" else f"416 Content-Range: {told or 'none'}"
    return str(answer.status)


def part(answer, content):
    """The ranges of a 206, if its octets are those of the file."""
    ranges = parts_of(answer)
    if ranges is None:
        return "206 malformed"
    for first, last, size, octets in ranges:
        if size != len(content) or octets != content[first : last + 1] or last >= size:
            return f"206 wrong octets at {first}-{last}/{size}"
    return "206 " + ", ".join(f"{first}-{last}" for first, last, _, _ in ranges)


def parts_of(answer):
    """First, last, size and octets of each part; None if it is no such content."""
    if not answer.whole:
        return None
    boundary = re.fullmatch(
        r'multipart/byteranges; ?boundary="?([^"]+)"?', answer.get("content-type"), re.IGNORECASE
    )
    if not boundary:
        span = span_of(answer.get("content-range"))
        return span and [(*span, answer.content)]
    if "content-range" in answer.names():
        return None  # RFC 9110 §14.6: not in the head of a multipart answer
    mark = b"--" + boundary[1].encode()
    first, *middle, last = (b"\r\n" + answer.content).split(b"\r\n" + mark)
    if first.strip() or not last.startswith(b"--") or not middle:
        return None
    parts = []
    for piece in middle:
        head, found, octets = piece.partition(b"\r\n\r\n")
        told = re.search(rb"\r\ncontent-range: *([^\r]*)", head, re.IGNORECASE)
        span = span_of(told[1].decode("latin-1")) if told else None
        if not found or not span:
            return None
        parts.append((*span, octets))
    return parts


def span_of(text):
    span = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", text)
    return tuple(map(int, span.groups())) if span else None


class Background:
    """A thread whose failure is raised by whoever waits for it."""

    def __init__(self, work, *what):
        self.failure = None
        self.result = None
        self.thread = threading.Thread(target=self.run, args=(work, what), daemon=True)
        self.thread.start()

    def run(self, work, what):
        try:
            self.result = work(*what)
        except Exception as failure:
            self.failure = failure

    def wait(self):
        self.thread.join()
        if self.failure:
            raise self.failure
        return self.result
