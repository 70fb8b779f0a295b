"""Clients that together ask for one file at a fixed pace, run as a process of their own.

pace.py PORT FILE RATE [TARGET]: asks so many times a second, over 32 persistent connections, until it gets
SIGTERM. The target is the file's name, unless another is given that is answered with the same octets. A request is sent when it is due, on a connection that is free, whatever became of those
before. Then it waits for what is still to come and prints the lines of hostile/visitor.py: when a
request was due, sent and answered, in seconds of the monotonic clock, 0, and what went wrong, if
anything did. One that found no connection free counts as sent when it was due: the server kept them all.
"""

import selectors
import signal
import socket
import sys
import time
from collections import deque
from pathlib import Path

LOOPBACK = "127.0.0.1"
CONNECTIONS = 32
PATIENCE_SECONDS = 5


class Line:
    """One connection, and the request that is on it, if there is one."""

    def __init__(self):
        self.socket = None
        self.due = self.sent = 0.0
        self.answer = b""


class Pace:
    def __init__(self, port, file, rate, target):
        self.port = port
        self.content = file.read_bytes()
        self.request = f"GET {target} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\n\r\n".encode()
        self.period = 1 / rate
        self.selector = selectors.DefaultSelector()
        self.free = deque(Line() for _ in range(CONNECTIONS))
        self.busy = set()
        self.waiting = deque()
        self.visits = []
        self.stopped = False

    def stop(self, *_):
        self.stopped = True

    def run(self):
        begun = time.monotonic()
        count = 0
        while not self.stopped:
            while begun + count * self.period <= time.monotonic():
                self.ask(begun + count * self.period, time.monotonic())
                count += 1
            self.take(max(0, begun + count * self.period - time.monotonic()))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (self.busy or self.waiting) and time.monotonic() < deadline:
            self.take(0.1)
        for due in self.waiting:
            self.visits.append((due, due, time.monotonic(), 0, "no-connection-free"))
        for line in list(self.busy):
            self.done(line, "no-answer")
        return self.visits

    def ask(self, due, sent):
        if not self.free:
            self.waiting.append(due)
            return
        line = self.free.popleft()
        line.due, line.sent, line.answer = due, sent, b""
        self.busy.add(line)
        try:
            if line.socket is None:
                self.open(line)
            line.socket.send(self.request)
        except OSError as failure:
            self.done(line, type(failure).__name__)

    def open(self, line):
        """Connects without waiting: on this machine it is done at once, or the server accepts no more."""
        line.socket = socket.socket()
        line.socket.setblocking(False)
        self.selector.register(line.socket, selectors.EVENT_READ, line)
        line.socket.connect_ex((LOOPBACK, self.port))
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def take(self, seconds):
        """Reads what comes within so many seconds."""
        if not self.selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self.selector.select(seconds):
            self.read(key.data)
        late = time.monotonic() - PATIENCE_SECONDS
        for line in [line for line in self.busy if line.sent < late]:
            self.done(line, "no-answer")
        while self.free and self.waiting:
            due = self.waiting.popleft()
            self.ask(due, due)

    def read(self, line):
        try:
            octets = line.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        line.answer += octets
        head, found, content = line.answer.partition(b"\r\n\r\n")
        if line not in self.busy:
            self.close(line)  # the server ended an idle connection
        elif not octets:
            self.done(line, "closed")
        elif found and not head.startswith(b"HTTP/1.1 200 "):
            self.done(line, "status-" + head[9:12].decode("latin-1"))
        elif found and len(content) >= len(self.content):
            self.done(line, "" if content == self.content else "wrong-content")

    def done(self, line, error):
        self.visits.append((line.due, line.sent, time.monotonic(), 0, error))
        self.busy.discard(line)
        if error:
            self.close(line)
        self.free.append(line)

    def close(self, line):
        if line.socket is not None:
            self.selector.unregister(line.socket)
            line.socket.close()
            line.socket = None


def main():
    port, name, rate, *target = sys.argv[1:]
    file = Path(name)
    pace = Pace(int(port), file, float(rate), target[0] if target else f"/{file.name}")
    signal.signal(signal.SIGTERM, pace.stop)
    for visit in pace.run():
        print(*visit)


if __name__ == "__main__":
    main()
