"""Clients that read as fast as they can, run as a process of their own.

reader.py HOST PORT PATH LENGTH CONNECTIONS WARMUP SECONDS: so many connections ask for the path again and
again, each when it has its answer, whose content must have so many octets. What comes in the first seconds is
not counted: until then windows open. Then comes a line of JSON: the octets of content that came in the time
that counts and how long that was, how many answers ended in it, how many octets came in all, and in words what
was not as it must be.
"""

import json
import re
import selectors
import socket
import sys
import time
from collections import Counter

PATIENCE_SECONDS = 10
PIECE = 1 << 18


class Wrong(Exception):
    """An answer that is not the right one."""


class Line:
    """One connection, and how much of its answer is still to come."""

    def __init__(self, address, path, length):
        self.length = length
        self.request = f"GET {path} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\n\r\n".encode()
        self.head = b""
        self.left = None  # octets of content; None in a head
        self.answers = 0
        self.octets = 0
        self.socket = socket.create_connection(address, PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ask()

    def ask(self):
        self.head = b""
        self.left = None
        self.socket.sendall(self.request)

    def read(self, piece):
        """Takes what has come."""
        count = self.socket.recv_into(piece)
        if count == 0:
            raise Wrong("the connection ended before the answer did")
        if self.left is None:
            self.head += piece[:count]
            head, found, content = self.head.partition(b"\r\n\r\n")
            if not found:
                return
            self.look(head)
            self.left = self.length
            count = len(content)
        self.octets += count
        self.left -= count
        if self.left < 0:
            raise Wrong("more came than the answer's length")
        if self.left == 0:
            self.answers += 1
            self.ask()

    def look(self, head):
        if not head.startswith(b"HTTP/1.1 200 "):
            raise Wrong(f"status {head[9:12].decode('latin-1')}")
        said = re.search(rb"\r\nContent-Length: *(\d+)", head, re.IGNORECASE)
        if not said or int(said[1]) != self.length:
            raise Wrong(f"Content-Length is {said[1].decode() if said else 'missing'}, not {self.length}")


def main():
    host, port, path, *numbers = sys.argv[1:]
    length, connections = map(int, numbers[:2])
    warmup, seconds = map(float, numbers[2:])
    wrong = Counter()
    selector = selectors.EpollSelector()
    lines = [Line((host, int(port)), path, length) for _ in range(connections)]
    for line in lines:
        selector.register(line.socket, selectors.EVENT_READ, line)
    piece = memoryview(bytearray(PIECE))
    begun = time.monotonic()
    seen = []
    for due in (begun + warmup, begun + warmup + seconds):
        # To the first arrival after that: small answers come one by one, and a stall counts as well.
        while selector.get_map() and time.monotonic() < due + PATIENCE_SECONDS:
            arrived = selector.select(PATIENCE_SECONDS)
            for key, _ in arrived:
                try:
                    key.data.read(piece)
                except (OSError, Wrong) as failure:
                    wrong[str(failure)] += 1
                    selector.unregister(key.fileobj)
            if arrived and time.monotonic() >= due:
                break
        seen.append(
            (time.monotonic(), sum(line.octets for line in lines), sum(line.answers for line in lines))
        )
    (from_time, from_octets, from_answers), (to_time, to_octets, to_answers) = seen
    print(
        json.dumps(
            {
                "seconds": to_time - from_time,
                "octets": to_octets - from_octets,
                "answers": to_answers - from_answers,
                "all_octets": to_octets,
                "wrong": [f"{count} times: {words}" for words, count in wrong.items()],
            }
        )
    )


if __name__ == "__main__":
    main()
