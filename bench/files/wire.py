"""A client that asks one thing after the other, octet by octet as told, and never waits for long."""

import socket
import time

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 5
LONGEST_HEAD = 1 << 18
PIECE = 1 << 18


class Silence(Exception):
    """A server said nothing for as long as the client waits."""


class Ended(Exception):
    """A server ended the connection instead of answering."""


class Answer:
    """One answer as it came; of long content only the first octets are kept."""

    def __init__(self, status, fields):
        self.status = status
        self.fields = fields  # lower-case name, value
        self.content = b""
        self.octets = 0  # of content that came
        self.whole = False
        self.seconds = 0.0

    def values(self, name):
        return [value for other, value in self.fields if other == name.lower()]

    def get(self, name, default=""):
        """A field's value, its lines joined."""
        return ", ".join(self.values(name)) or default

    def names(self):
        return {name for name, _ in self.fields}

    def media_type(self):
        return self.get("content-type").lower().replace(" ", "")


class Connection:
    """A connection to a server on this machine."""

    def __init__(self, port, patience=PATIENCE_SECONDS, window=None):
        self.port = port
        self.patience = patience
        self.deadline = 0.0
        self.buffer = b""
        self.socket = socket.socket()
        if window:  # before connecting, or the kernel promises more
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.socket.settimeout(patience)
        self.socket.connect((LOOPBACK, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, target, *fields, method="GET", **how):
        """Sends a request and reads the answer; `how` is for `read`."""
        begun = time.monotonic()
        self.send(target, *fields, method=method)
        answer = self.read(method, **how)
        answer.seconds = time.monotonic() - begun
        return answer

    def send(self, target, *fields, method="GET"):
        """The target is text of which each character is one octet."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {LOOPBACK}:{self.port}", *fields, "", ""]
        self.deadline = time.monotonic() + self.patience
        try:
            self.socket.settimeout(self.patience)
            self.socket.sendall("\r\n".join(lines).encode("latin-1"))
        except ConnectionError:
            pass  # it may have answered before it went

    def read(self, method="GET", most=64 << 20, keep=64 << 20, sink=None, patience=None):
        """Reads an answer: `most` octets of content, of which `keep` are kept; each piece goes to `sink`."""
        self.deadline = time.monotonic() + (patience or self.patience)
        answer = self.head()
        while 100 <= answer.status < 200:
            answer = self.head()
        if method == "HEAD" or answer.status in (204, 304):
            answer.whole = True
            return answer
        kept = []

        def take(piece):
            if answer.octets < keep:
                kept.append(bytes(piece[: keep - answer.octets]))
            answer.octets += len(piece)
            if sink:
                sink(piece)
            return answer.octets <= most

        if "chunked" in answer.get("transfer-encoding").lower():
            answer.whole = self.chunks(take)
        else:
            length = answer.get("content-length")
            answer.whole = self.octets(int(length) if length.isdecimal() else None, take)
        answer.content = b"".join(kept)
        return answer

    def head(self):
        while b"\r\n\r\n" not in self.buffer:
            if not self.fill() or len(self.buffer) > LONGEST_HEAD:
                raise Ended("connection ended without an answer")
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        words = first.split(" ")
        if not first.startswith("HTTP/1.") or not words[1].isdecimal():
            raise Ended(f"no answer of HTTP/1.x: {first[:40]}")
        pairs = (line.partition(":") for line in lines)
        return Answer(int(words[1]), [(name.lower(), value.strip()) for name, _, value in pairs])

    def octets(self, length, take):
        """Content of a known length, or up to the end of the connection; whether it is whole."""
        left = length
        while left is None or left > 0:
            if not self.buffer and not self.fill():
                return left is None
            piece = self.buffer if left is None else self.buffer[:left]
            self.buffer = self.buffer[len(piece) :]
            left = None if left is None else left - len(piece)
            if not take(piece):
                return False
        return True

    def chunks(self, take):
        size = None
        while size != 0:
            line = self.line()
            try:
                size = int(line.split(b";")[0], 16) if line is not None else None
            except ValueError:
                return False
            if size is None or (size > 0 and not self.octets(size, take)):
                return False
            if size > 0 and self.line() != b"":
                return False
        line = self.line()
        while line:  # trailer fields
            line = self.line()
        return line is not None

    def line(self):
        while b"\r\n" not in self.buffer:
            if not self.fill():
                return None
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def fill(self):
        """Waits for more octets, until the deadline; false at the end of the connection."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Silence(f"no answer in {self.patience:g} s")
        self.socket.settimeout(left)
        try:
            piece = self.socket.recv(PIECE)
        except TimeoutError:
            raise Silence(f"no answer in {self.patience:g} s") from None
        except ConnectionError:
            piece = b""
        self.buffer += piece
        return bool(piece)

    def quiet(self, seconds=0.2):
        """What comes although nothing more was asked for."""
        self.deadline = time.monotonic() + seconds
        try:
            while len(self.buffer) < PIECE and self.fill():
                pass
        except Silence:
            pass
        return self.buffer


def ask(port, target, *fields, **how):
    """One request over a connection of its own."""
    with Connection(port) as connection:
        return connection.ask(target, *fields, **how)
