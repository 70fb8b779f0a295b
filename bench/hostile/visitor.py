"""A well-behaved client with a fixed pace, run as a process of its own while others misbehave.

visitor.py PORT FILE RATE FRESH: asks for the file, by its name, so many times a second until it gets
SIGTERM. It uses one persistent connection, and a fresh one for every FRESH-th request. Then it prints
one line per request: when it was due, sent and answered, in seconds of the monotonic clock, whether
its connection was fresh, and what went wrong, if anything did.

A request that had to wait for the answer to the one before it counts from the moment it was due.
"""

import math
import signal
import socket
import sys
import time
from collections import namedtuple
from pathlib import Path

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 5

Visit = namedtuple("Visit", "due sent answered fresh error")


class Visitor:
    def __init__(self, port, file, rate, fresh):
        self.port = port
        self.content = file.read_bytes()
        self.request = f"GET /{file.name} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\n\r\n".encode()
        self.period = 1 / rate
        self.fresh = fresh
        self.persistent = None
        self.stopped = False

    def stop(self, *_):
        self.stopped = True

    def run(self):
        visits = []
        begun = time.monotonic()
        while not self.stopped:
            due = begun + len(visits) * self.period
            time.sleep(max(0, due - time.monotonic()))
            fresh = self.fresh > 0 and len(visits) % self.fresh == self.fresh - 1
            sent = time.monotonic()
            error = self.visit(fresh)
            visits.append(Visit(due, sent, time.monotonic(), int(fresh), error))
        return visits

    def visit(self, fresh):
        """One request; returns what went wrong, or an empty text."""
        connection = None
        try:
            if fresh or self.persistent is None:
                connection = socket.create_connection((LOOPBACK, self.port), PATIENCE_SECONDS)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            else:
                connection = self.persistent
            connection.sendall(self.request)
            error = self.read(connection)
        except OSError as failure:
            error = type(failure).__name__
        if connection is not None and (fresh or error):
            connection.close()
        if not fresh:
            self.persistent = None if error else connection
        return error

    def read(self, connection):
        answer = b""
        while b"\r\n\r\n" not in answer or len(answer.partition(b"\r\n\r\n")[2]) < len(
            self.content
        ):
            octets = connection.recv(65536)
            if not octets:
                return "closed"
            answer += octets
            head, found, _ = answer.partition(b"\r\n\r\n")
            if found and not head.startswith(b"HTTP/1.1 200 "):
                return "status-" + head[9:12].decode("latin-1")
        return "" if answer.endswith(b"\r\n\r\n" + self.content) else "wrong-content"


def read_visits(file):
    """What a visitor printed."""
    visits = []
    for line in file.read_text().splitlines():
        due, sent, answered, fresh, *error = line.split()
        visits.append(Visit(float(due), float(sent), float(answered), int(fresh), "".join(error)))
    return visits


def latencies(visits):
    """For each request the seconds from when it was due to its answer.

    A server that hung over one request made those behind it late, and that counts for each of them.
    But a client that woke up late, because others had the processor, was late by itself: the times
    are those of a client that is never late by that.
    """
    found = []
    free = -math.inf
    for visit in visits:
        free = max(free, visit.due) + visit.answered - visit.sent
        found.append(free - visit.due)
    return found


def percentile(values, percent):
    """The smallest value that at least so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else math.nan


def main():
    port, file, rate, fresh = sys.argv[1:]
    visitor = Visitor(int(port), Path(file), float(rate), int(fresh))
    signal.signal(signal.SIGTERM, visitor.stop)
    for visit in visitor.run():
        print(*visit)


if __name__ == "__main__":
    main()
