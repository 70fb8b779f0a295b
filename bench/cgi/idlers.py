"""Connections that ask once and are idle from then on, held by a process of its own.

idlers.py PORT PATH COUNT: opens so many, one after the other, each with one answered GET, and prints
"open". On SIGTERM it looks which of them are still open with nothing to read, prints how many, and ends.
"""

import signal
import socket
import sys
import time

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 20


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
