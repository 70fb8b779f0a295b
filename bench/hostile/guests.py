"""The few clients beside wrk: most are rude, one checks every octet of what a polite one gets.

guests.py PORT SITE: each kind of guest visits again and again, with a pause, until SIGTERM. "ready" is
printed once every kind has been there; at the end comes a line of JSON: how often each kind was
there, and in words what was not as it must be. Targets carry "?guest=KIND", by which the access log
tells who it was.
"""

import json
import signal
import socket
import struct
import sys
import threading
import time
from collections import namedtuple
from pathlib import Path

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 40
MOST_WORDS = 20

SLOW_SCRIPT = """\
#!/bin/sh
printf 'Content-Type: text/plain\\n\\n'
for i in 1 2 3 4 5 6 7 8 9 10; do
  echo "$i"
  sleep 0.3
done
"""
LONG_SCRIPT = """\
#!/bin/sh
printf 'Content-Type: application/octet-stream\\n\\n'
exec head -c 20000000 /dev/zero
"""

MALFORMED = [
    b"GET {} HTTP/1.1\r\nHost: a\r\nBad name: b\r\n\r\n",
    b"GET {} HTTP/1.1\r\nHost: a\r\nSpace : b\r\n\r\n",
    b"GET {} HTTP/1.1\r\nHost: a\r\nFolded: b\r\n c\r\n\r\n",
    b"GET {} HTTP/1.1\r\nHost: a\r\nBare: b\rc\r\n\r\n",
    b"GET {} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET {} HTTP/1.1\r\n\r\n",
    b"GET  {} HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET {} HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n",
    b"GET {} HTTP/1.1\r\nHost: a\r\nNothing: b\0c\r\n\r\n",
    b"GET {}\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
]

Kind = namedtuple("Kind", "visit pause statuses")
Answer = namedtuple("Answer", "status fields content")


class Wrong(Exception):
    """The server did what it must not do."""


def expect(seen, wanted, what):
    if seen != wanted:
        raise Wrong(f"{what} is {seen!r:.60}, not {wanted!r:.60}")


def read_answer(stream, method="GET"):
    """The next final answer."""
    line = stream.readline().split()
    if len(line) < 2:
        raise Wrong("the connection was closed before the answer")
    status = int(line[1])
    fields = {}
    for row in iter(stream.readline, b"\r\n"):
        if not row:
            raise Wrong("the connection was closed inside a head")
        name, _, value = row.decode("latin-1").partition(":")
        fields[name.lower()] = value.strip()
    if status < 200:
        return read_answer(stream, method)
    content = b""
    if method == "HEAD" or status in (204, 304):
        pass
    elif "chunked" in fields.get("transfer-encoding", ""):
        size = -1
        while size != 0:
            size = int(stream.readline(), 16)
            content += stream.read(size)
            expect(stream.readline(), b"\r\n", "the end of a chunk")
    elif "content-length" in fields:
        content = stream.read(int(fields["content-length"]))
        expect(len(content), int(fields["content-length"]), "the length of the content")
    else:
        content = stream.read()
    return Answer(status, fields, content)


def reset(connection):
    """Ends the connection with a RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Guests:
    def __init__(self, port, site):
        self.port = port
        self.files = {name: (site / name).read_bytes() for name in ("1k.html", "100k.html")}
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.visits = dict.fromkeys(KINDS, 0)
        self.wrong = 0
        self.words = []

    # ---- their life ------------------------------------------------------------------------------

    def run(self):
        threads = [threading.Thread(target=self.live, args=(name,)) for name in KINDS]
        for thread in threads:
            thread.start()
        while not self.stopped.wait(0.1):
            if all(self.visits.values()):
                print("ready", flush=True)
                break
        for thread in threads:
            thread.join()
        print(json.dumps({"visits": self.visits, "wrong": self.wrong, "words": self.words}))

    def live(self, name):
        kind = KINDS[name]
        while not self.stopped.is_set():
            try:
                kind.visit(self)
            except (Wrong, OSError, ValueError) as failure:
                with self.lock:
                    self.wrong += 1
                    if len(self.words) < MOST_WORDS:
                        self.words.append(f"{name}: {type(failure).__name__}: {failure}")
            self.visits[name] += 1
            self.stopped.wait(kind.pause)

    def connect(self):
        return socket.create_connection((LOOPBACK, self.port), PATIENCE_SECONDS)

    def head(self, start, *fields):
        lines = [f"{start} HTTP/1.1", f"Host: {LOOPBACK}:{self.port}", *fields]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def ask_and_close(self, octets, status, finish=lambda connection: None):
        """Sends, expects one answer and then the end of the connection."""
        with self.connect() as connection, connection.makefile("rb") as stream:
            connection.sendall(octets)
            finish(connection)
            answer = read_answer(stream)
            expect(answer.status, status, "the status")
            expect(stream.read(1), b"", "what follows the answer")
            return answer

    # ---- polite, but in a row --------------------------------------------------------------------

    def row(self):
        small, large = self.files["1k.html"], self.files["100k.html"]
        asked = [
            ("HEAD /1k.html?guest=row", (), 200, b""),
            ("GET /1k.html?guest=row", (), 200, small),
            ("HEAD /none.html?guest=row", (), 404, b""),
            ("GET /100k.html?guest=row", (), 200, large),
            ("HEAD /100k.html?guest=row", (), 200, b""),
            ("GET /100k.html?guest=row", ("Range: bytes=70000-70009",), 206, large[70000:70010]),
            ("OPTIONS /1k.html?guest=row", (), 204, b""),
            ("POST /cgi-bin/echo.cgi?guest=row", ("Content-Length: 6",), 200, b"octets"),
            ("HEAD /cgi-bin/echo.cgi?guest=row", (), 200, b""),
            ("GET /1k.html?guest=row", (), 200, small),
        ]
        octets = b""
        for start, fields, _, _ in asked:
            octets += self.head(start, *fields) + (b"octets" if start.startswith("POST") else b"")
        with self.connect() as connection, connection.makefile("rb") as stream:
            connection.sendall(octets)
            for start, _, status, content in asked:
                answer = read_answer(stream, start.split()[0])
                expect(answer.status, status, f"the status of {start}")
                expect(answer.content, content, f"the content of {start}")
                if start.startswith("HEAD /1"):
                    size = len(self.files[start.split("/")[1].split("?")[0]])
                    expect(answer.fields.get("content-length"), str(size), f"the length of {start}")

    def upload(self):
        content = self.files["100k.html"] * 3
        request = self.head(
            "POST /cgi-bin/echo.cgi?guest=upload", f"Content-Length: {len(content)}"
        )
        with self.connect() as connection, connection.makefile("rb") as stream:
            connection.sendall(request + content)
            answer = read_answer(stream)
            expect(answer.status, 200, "the status")
            expect(answer.content, content, "the content")

    def close(self):
        answer = self.ask_and_close(
            self.head("GET /100k.html?guest=close", "Connection: close"), 200
        )
        expect(answer.content, self.files["100k.html"], "the content")

    def http10(self):
        answer = self.ask_and_close(b"GET /1k.html?guest=http10 HTTP/1.0\r\n\r\n", 200)
        expect(answer.content, self.files["1k.html"], "the content")

    def half_close(self):
        request = self.head("GET /100k.html?guest=half-close")
        answer = self.ask_and_close(
            request, 200, lambda connection: connection.shutdown(socket.SHUT_WR)
        )
        expect(answer.content, self.files["100k.html"], "the content")

    # ---- slow ------------------------------------------------------------------------------------

    def slow_head(self):
        request = self.head("GET /1k.html?guest=slow-head")
        with self.connect() as connection, connection.makefile("rb") as stream:
            for octet in request:
                connection.sendall(bytes([octet]))
                time.sleep(0.03)
            answer = read_answer(stream)
            expect(answer.status, 200, "the status")
            expect(answer.content, self.files["1k.html"], "the content")

    def endless_head(self):
        with self.connect() as connection:
            connection.sendall(b"GET /1k.html?guest=endless-head HTTP/1.1\r\nHost: a\r\n")
            connection.settimeout(0.5)
            until = time.monotonic() + PATIENCE_SECONDS
            while not self.stopped.is_set() and time.monotonic() < until:
                try:
                    expect(connection.recv(12), b"HTTP/1.1 408", "the answer")
                    return
                except socket.timeout:
                    connection.sendall(b"A: b\r\n")
            if not self.stopped.is_set():
                raise Wrong(f"a head may take {PATIENCE_SECONDS} s")

    # ---- wrong -----------------------------------------------------------------------------------

    def malformed(self):
        octets = MALFORMED[self.visits["malformed"] % len(MALFORMED)]
        self.ask_and_close(octets.replace(b"{}", b"/1k.html?guest=malformed"), 400)

    def two_framings(self):
        fields = ("Content-Length: 5", "Transfer-Encoding: chunked")
        request = self.head("POST /cgi-bin/echo.cgi?guest=two-framings", *fields)
        self.ask_and_close(request + b"0\r\n\r\n", 400)

    def bad_chunks(self):
        request = self.head("POST /cgi-bin/echo.cgi?guest=bad-chunks", "Transfer-Encoding: chunked")
        # Enough for a temporary file first, every other time.
        first = (
            b"19000\r\n" + self.files["100k.html"] + b"\r\n"
            if self.visits["bad-chunks"] % 2
            else b""
        )
        self.ask_and_close(request + first + b"zz\r\n", 400)

    # ---- gone ------------------------------------------------------------------------------------

    def nothing(self):
        self.connect().close()

    def half_head(self):
        connection = self.connect()
        connection.sendall(b"GET /1k.html?guest=half-head HTTP/1.1\r\nHost: a\r\nHalf")
        time.sleep(0.005)
        reset(connection)

    def leave_large(self):
        connection = self.connect()
        connection.sendall(self.head("GET /16m.bin?guest=leave-large"))
        connection.recv(65536)
        reset(connection)

    def leave_slow_script(self):
        with self.connect() as connection, connection.makefile("rb") as stream:
            connection.sendall(self.head("GET /cgi-bin/slow.cgi?guest=leave-slow-script"))
            expect(stream.readline().split()[1], b"200", "the status")
            time.sleep(0.5)

    def leave_long_script(self):
        connection = self.connect()
        connection.sendall(self.head("GET /cgi-bin/long.cgi?guest=leave-long-script"))
        expect(connection.recv(65536)[9:12], b"200", "the status")
        reset(connection)

    def leave_upload(self):
        connection = self.connect()
        connection.sendall(
            self.head("POST /cgi-bin/echo.cgi?guest=leave-upload", "Content-Length: 1000000")
            + self.files["100k.html"] * 3
        )
        time.sleep(0.02)
        reset(connection)


# A client that is gone is 499, or whatever its answer had begun to be.
KINDS = {
    "row": Kind(Guests.row, 0.1, {200, 204, 206, 404}),
    "upload": Kind(Guests.upload, 1, {200}),
    "close": Kind(Guests.close, 0.1, {200}),
    "http10": Kind(Guests.http10, 0.1, {200}),
    "half-close": Kind(Guests.half_close, 0.2, {200}),
    "slow-head": Kind(Guests.slow_head, 0.1, {200}),
    "endless-head": Kind(Guests.endless_head, 0.1, {408, 499}),
    "malformed": Kind(Guests.malformed, 0.05, {400}),
    "two-framings": Kind(Guests.two_framings, 0.2, {400}),
    "bad-chunks": Kind(Guests.bad_chunks, 0.5, {400}),
    "nothing": Kind(Guests.nothing, 0.1, set()),
    "half-head": Kind(Guests.half_head, 0.1, {499}),
    "leave-large": Kind(Guests.leave_large, 0.2, {200, 499}),
    "leave-slow-script": Kind(Guests.leave_slow_script, 0.5, {200}),
    "leave-long-script": Kind(Guests.leave_long_script, 0.5, {200}),
    "leave-upload": Kind(Guests.leave_upload, 0.5, {499}),
}


def main():
    port, site = sys.argv[1:]
    guests = Guests(int(port), Path(site))
    signal.signal(signal.SIGTERM, lambda *_: guests.stopped.set())
    guests.run()


if __name__ == "__main__":
    main()
