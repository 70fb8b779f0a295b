"""Connections that ask once and are idle from then on, held by processes of their own.

idlers.py PORT PATH COUNT: opens so many, one after the other, each with one answered GET, and prints
"open". On SIGTERM it looks which of them are still open with nothing to read, prints how many, and ends.
"""

import signal
import socket
import subprocess
import sys
import time

from processes import LOOPBACK, Failure, end, start

PATIENCE_SECONDS = 20
SHARE = 5000  # connections of one process


class Idle:
    """So many idle connections to a server, while the `with` block runs."""

    def __init__(self, server, path, count):
        self.server = server
        self.path = path
        self.count = count
        self.still = 0
        self.processes = []

    def __enter__(self):
        left = self.count
        try:
            while left > 0:
                share = min(left, SHARE)
                command = [sys.executable, __file__, self.server.port, self.path, share]
                process = start(command, stdout=subprocess.PIPE, text=True)
                self.processes.append(process)
                said = process.stdout.readline().strip()
                if said != "open":
                    raise Failure(f"{self.server.name}, of {self.count:,} idle connections: {said}")
                left -= share
        except BaseException:
            self.__exit__()
            raise
        return self

    def look(self):
        """How many of them are open, and have been asked nothing and told nothing."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        self.still = sum(int(process.stdout.readline() or 0) for process in self.processes)

    def __exit__(self, *_):
        for process in self.processes:
            end(process)


def opened(port, path):
    connection = socket.create_connection((LOOPBACK, port), PATIENCE_SECONDS)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\n\r\n".encode())
    answer = b""
    while True:
        octets = connection.recv(65536)
        if not octets:
            raise OSError("closed before the answer was complete")
        answer += octets
        head, found, content = answer.partition(b"\r\n\r\n")
        if found and not head.startswith(b"HTTP/1.1 200 "):
            raise OSError(f"answered {head[:40]!r}")
        if found and len(content) >= length(head):
            return connection


def length(head):
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise OSError("the answer has no length")


def is_idle(connection):
    connection.setblocking(False)
    try:
        connection.recv(1)  # an end, or something that nobody asked for
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def main():
    port, path, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    connections = []
    try:
        while len(connections) < count and not stopped:
            connections.append(opened(port, path))
    except OSError as failure:
        print(f"connection {len(connections) + 1:,}: {failure}", flush=True)
        return 1
    print("open", flush=True)
    while not stopped:
        time.sleep(0.1)
    print(sum(map(is_idle, connections)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
