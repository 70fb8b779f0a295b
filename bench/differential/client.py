"""A client that sends octets as they are and tells what a server answers to them."""

import contextlib
import re
import select
import socket
import time

LONGEST_SECONDS = 60  # for one step, however often a server says something
REPEATED = 4  # how many times the wait is taken for a second look


class Answer:
    """One answer as it came. The status is 0 where octets come that begin no answer of HTTP/1.x."""

    def __init__(self, status):
        self.status = status
        self.fields = []
        self.content = b""
        self.whole = False
        self.is_to_head = False
        self.end = 0

    def values(self, name):
        return [value for other, value in self.fields if other == name.lower()]


def answers_in(octets, ended, methods, head_sent):
    """The answers that a server has sent, the last one perhaps not whole.

    What a server took for the method of a request cannot be seen from here, but only an answer to
    HEAD announces content that does not follow. Where HEAD was sent, what follows decides: another
    answer, or nothing, if nothing else is known from `methods`, which the case gives.
    """
    found = []
    position = final = 0
    while position < len(octets):
        answer = head_of(octets, position)
        if answer.whole and answer.status >= 200:
            expected = methods[final] if final < len(methods) else None
            is_last = answer.end == len(octets) and expected in ("HEAD", None)
            bare = is_last or octets.startswith(b"HTTP/1.", answer.end)
            final += 1
            answer.is_to_head = expected == "HEAD"
            if answer.status not in (204, 304) and not (head_sent and bare):
                read_content(answer, octets, ended)
        elif answer.status == 0:
            answer.whole = ended
        found.append(answer)
        position = answer.end
    return found


def head_of(octets, start):
    """The head of an answer; its end is where content would begin."""
    end = octets.find(b"\r\n\r\n", start) + 4
    first = octets[start : start + 13]
    begins = first.startswith(b"HTTP/1.") and (len(first) < 13 or first[9:12].isdigit())
    if not begins and not b"HTTP/1.".startswith(first):
        answer = Answer(0)
        answer.content = octets[start:]
        answer.end = len(octets)
        return answer
    answer = Answer(int(first[9:12]) if len(first) == 13 else 0)
    answer.whole = end >= 4
    answer.end = end if answer.whole else len(octets)
    for line in octets[start : answer.end].decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name:
            answer.fields.append((name.lower(), value.strip()))
    return answer


def read_content(answer, octets, ended):
    """Completes an answer whose head is there: its content, its end, and whether it is whole."""
    length = answer.values("content-length")
    if answer.values("transfer-encoding"):
        read_chunks(answer, octets)
        return
    known = int(length[0]) if length and length[0].isdecimal() else None
    begin = answer.end
    answer.end = len(octets) if known is None else min(len(octets), begin + known)
    answer.content = octets[begin : answer.end]
    answer.whole = ended if known is None else len(answer.content) == known


def read_chunks(answer, octets):
    answer.whole = False
    position, size = answer.end, -1
    while size != 0:
        line_end = octets.find(b"\r\n", position)
        digits = re.match(rb"[0-9A-Fa-f]+", octets[position : max(position, line_end)])
        if not digits:
            break
        size = int(digits[0], 16)
        position = line_end + 2
        answer.content += octets[position : position + size]
        if size == 0:  # fields may follow, then an empty line
            trailer_end = octets.find(b"\r\n\r\n", line_end)
            answer.whole = trailer_end >= 0
            position = trailer_end + 4
        else:
            position += size + 2
    answer.end = position if answer.whole else len(octets)


class Connection:
    """A connection to a server on this machine, and what came over it so far."""

    def __init__(self, address, wait):
        self.wait = wait
        self.received = b""
        self.ended = False
        self.socket = socket.create_connection(address, timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, octets, ends=False, until=None):
        """Sends, perhaps ends its side, and reads until silence, the end, or the octets `until`."""
        unsent = memoryview(octets)
        deadline = time.monotonic() + LONGEST_SECONDS
        poll = select.poll()
        while not self.ended and time.monotonic() < deadline:
            if ends and not unsent:
                ends = False
                with contextlib.suppress(OSError):  # it may be gone already
                    self.socket.shutdown(socket.SHUT_WR)
            poll.register(self.socket, select.POLLIN | (select.POLLOUT if unsent else 0))
            events = poll.poll(1000 * self.wait)
            if not events:
                break
            if events[0][1] & ~select.POLLOUT:
                self.read()
            if events[0][1] & select.POLLOUT and not self.ended:
                unsent = unsent[self.write(unsent) :]
            if until and until in self.received:
                break

    def read(self):
        try:
            octets = self.socket.recv(1 << 18)
        except ConnectionError:  # reset: what came before has been read
            octets = b""
        self.received += octets
        self.ended = not octets

    def write(self, unsent):
        try:
            return self.socket.send(unsent[: 1 << 18])
        except BlockingIOError:
            return 0
        except ConnectionError:  # nobody reads any more, but an answer may be there
            return len(unsent)


class Seen:
    """What a server did with a case: answers, and a state that is `open`, `close` or `waits`."""

    def __init__(self, answers, state, received):
        self.answers = answers
        self.state = state
        self.received = received  # before the probe

    def statuses(self):
        return [answer.status for answer in self.answers]


def show(address, case, probe, wait):
    """Sends a case to a server, and tells what it did.

    After the last step a good request follows, the probe; its answer is known by its content. If
    it comes, the connection was open, and all answers before it are the case's own. If it does not,
    the server waited for the rest of a request and took the probe for it, or it was just slow: then
    the case is sent once more, with more patience.
    """
    seen, certain = look(address, case, probe, wait)
    return seen if certain else look(address, case, probe, REPEATED * wait)[0]


def look(address, case, probe, wait):
    request, content = probe
    methods = [answer.method for answer in case.answers() if answer.status >= 200]
    head_sent = any(b"HEAD" in step.sent for step in case.steps)
    with Connection(address, wait) as connection:
        for step in case.steps:
            connection.send(step.sent, step.ends)
        before = connection.received
        found = answers_in(before, connection.ended, methods, head_sent)
        if connection.ended:
            return Seen(found, "close", before), True
        if case.steps[-1].ends:  # nothing more can be asked
            return Seen(found, "waits", before), False
        connection.send(request, until=content)
        after = answers_in(connection.received, connection.ended, methods, head_sent)
        if after and after[-1].whole and after[-1].content == content:
            return Seen(after[:-1], "open", before), True
        return Seen(found, "waits", before), False
