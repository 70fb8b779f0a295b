"""Rows: big files, many at once, slow readers, a file that shrinks, and no waiting between answers."""

import hashlib
import os
import select
import statistics
import time

import ground
from processes import resident_octets
import wire
from hot import looks, shown, visit
from rows import GONE, Background, Lacks, parts_of, row

SLOW_OCTETS = 64 << 10
SLOW_LIMIT_MILLIS = 50
DELAYED_MILLIS = 10  # a delayed acknowledgement takes 40
SHRINKING = 64 << 20
WINDOW = 64 << 10
WARMUP_SECONDS = 2

for size in ground.SIZES_AT_EDGE:

    def at_edge(subject, name=f"b/{size}.bin"):
        answer = subject.ask(f"/{name}")
        right = answer.whole and answer.content == subject.content(name)
        return f"{answer.status} {'whole' if right else 'wrong'}"

    row("Big and many", f"{size:,} octets", "200 whole")(at_edge)


def end_of(name, size):
    """Length by HEAD, the last octets by a range."""

    def look(subject):
        head = subject.ask(f"/b/{name}.bin", method="HEAD")
        length = head.get("content-length", "none")
        if head.status != 200 or length != str(size):
            return f"{head.status}, Content-Length: {length}"
        answer = subject.ask(f"/b/{name}.bin", "Range: bytes=-15", most=1 << 20, keep=1 << 20)
        if answer.status != 206:
            if answer.status == 200:
                raise Lacks("length right, range ignored")
            return f"length right, range: {answer.status}"
        wanted = [(size - 15, size - 1, size, ground.END_MARK)]
        return "right" if parts_of(answer) == wanted else "length right, wrong octets"

    return look


row("Big and many", "2 GiB - 1: length, last octets", "right")(end_of("2g-1", 2 * ground.GIGA - 1))
row("Big and many", "2 GiB + 1: length, last octets", "right")(end_of("2g+1", 2 * ground.GIGA + 1))
row("Big and many", "1 TiB, sparse: length, last octets", "right")(end_of("1t", 1 << 40))


class Digest:
    """What a file's octets are, computed once for all servers."""

    known = {}

    @classmethod
    def of(cls, path):
        if path not in cls.known:
            with open(path, "rb") as file:
                cls.known[path] = hashlib.file_digest(file, "sha256").digest()
        return cls.known[path]


def transfer(port, target, seconds):
    digest = hashlib.sha256()
    with wire.Connection(port) as connection:
        answer = connection.ask(
            target, most=1 << 62, keep=0, sink=digest.update, patience=seconds
        )
    return answer, digest.digest()


@row("Big and many", "2 GiB + 1, all of it, hashed", "right")
def whole_transfer(subject):
    if not subject.scale.whole_transfer:
        return "not in a quick run", None
    wanted = Digest.of(subject.site / "b/2g+1.bin")  # and so it is in memory for the first server, too
    begun = time.monotonic()
    answer, digest = transfer(subject.port, "/b/2g+1.bin", 120)
    seconds = time.monotonic() - begun
    right = digest == wanted and answer.whole
    return f"{'right' if right else 'wrong'}, {seconds:.1f} s", right


@row("Big and many", "64 transfers of 100 MiB at once, hashed: wrong, errors, seconds", "0 wrong, 0 errors")
def parallel(subject):
    wanted = Digest.of(subject.site / "b/hundred.bin")
    begun = time.monotonic()
    workers = [
        Background(transfer, subject.port, "/b/hundred.bin", 120)
        for _ in range(subject.scale.transfers)
    ]
    wrong = errors = 0
    for worker in workers:
        try:
            answer, digest = worker.wait()
            errors += answer.status != 200 or not answer.whole
            wrong += answer.whole and digest != wanted
        except (*GONE, OSError):
            errors += 1
    seconds = time.monotonic() - begun
    return f"{wrong} wrong, {errors} errors, {seconds:.1f} s", not wrong and not errors


class SlowReaders:
    """Many connections that ask for a large file and read a little of it once a second."""

    def __init__(self, subject, count):
        self.connections = []
        failed = 0
        for _ in range(count):
            if failed == 5:
                break  # it accepts no more
            try:
                connection = subject.connect(window=WINDOW, patience=2)
                connection.send("/b/slow.bin")
                connection.socket.setblocking(False)
                self.connections.append(connection)
            except OSError:
                failed += 1
        self.read = dict.fromkeys(self.connections, 0)

    def run(self, seconds):
        begun = time.monotonic()
        for second in range(seconds):
            for index, connection in enumerate(self.connections):
                self.take(connection)
                if index % 50 == 0:
                    due = begun + second + index / len(self.connections)
                    time.sleep(max(0, due - time.monotonic()))

    def take(self, connection):
        left = SLOW_OCTETS
        try:
            while left > 0:
                piece = connection.socket.recv(left)
                if not piece:
                    return
                left -= len(piece)
                self.read[connection] += len(piece)
        except OSError:
            return

    def end(self):
        for connection in self.connections:
            connection.socket.close()


@row(
    "Big and many",
    "1,000 slow readers of 10 MiB, 64 KiB a second each: p99 of a hot file (200 requests/s)",
    f"at most {SLOW_LIMIT_MILLIS} ms",
    own=True,
)
def slow_readers(subject):
    with subject.connect() as connection:
        deadline = time.monotonic() + WARMUP_SECONDS
        while time.monotonic() < deadline:
            connection.ask("/hot.html")
    before = resident_octets(subject.pid)
    count = subject.scale.slow_readers

    def look():
        readers = SlowReaders(subject, count)

        def work():
            readers.run(subject.scale.slow_seconds)
            return (resident_octets(subject.pid) - before) / count

        try:
            readers.run(1)  # what the system takes at once is taken then
            (millis,), errors, octets = visit(subject.port, subject.site / "hot.html", work)
        finally:
            readers.end()
        served = sum(octets > 0 for octets in readers.read.values())
        if served == count:
            subject.known["slow readers"] = f"{octets / 1024:.0f} KiB"
        words = shown(millis, errors) + ("" if served == count else f", {served:,} of {count:,} served")
        return millis, words, millis <= SLOW_LIMIT_MILLIS and not errors and served == count

    return looks(look)


@row("Big and many", "memory of the server for each of them (resident)", "at most 64 KiB", own=True)
def memory_of_slow_readers(subject):
    if "slow readers" not in subject.known:
        slow_readers(subject)
    told = subject.known.get("slow readers")
    if not told:
        raise Lacks("not measured")
    return told, float(told.split()[0]) <= 64


# ---- on the way ----------------------------------------------------------------------------------


@row("Sending", "a file that shrinks while it is sent: the connection is broken off (§8.6)", "broken off")
def shrinking(subject):
    path = subject.site / "b/shrinking.bin"
    path.write_bytes(b"x" * SHRINKING)
    time.sleep(1.2)
    with subject.connect(window=WINDOW) as connection:
        connection.send("/b/shrinking.bin")
        select.select([connection.socket], [], [], 5)
        time.sleep(0.3)  # until what fits into the system's buffers is there
        os.truncate(path, 1 << 20)
        answer = connection.read(most=1 << 31, keep=0)
    length = answer.get("content-length")
    if answer.status != 200:
        return str(answer.status)
    return f"all {length} octets" if answer.whole else "broken off"


def second_answer(name):
    """The median of requests over a persistent connection, each after the answer to the one before."""

    def look(subject):
        with subject.connect() as connection:
            if connection.ask(f"/{name}").get("connection").lower() == "close":
                return "no persistent connection", False
            seconds = [connection.ask(f"/{name}").seconds for _ in range(50)]
        millis = 1000 * statistics.median(seconds)
        return f"{millis:.2f} ms", millis < DELAYED_MILLIS

    return look


row("Sending", "1 KiB over a persistent connection, p50", f"less than {DELAYED_MILLIS} ms")(second_answer("one.bin"))
row("Sending", "64 KiB over a persistent connection, p50", f"less than {DELAYED_MILLIS} ms")(
    second_answer("sixtyfour.bin")
)


@row("Sending", "16 requests in one write: all answered, in their order", "16")
def pipelined(subject):
    names = ["one.bin", "sixtyfour.bin", "hot.html", "c/file.txt"] * 4
    count = 0
    with subject.connect() as connection:
        lines = [f"GET /{name} HTTP/1.1\r\nHost: {wire.LOOPBACK}\r\n\r\n" for name in names]
        connection.socket.sendall("".join(lines).encode())
        for name in names:
            try:
                answer = connection.read()
            except GONE:
                break
            if answer.content != subject.content(name):
                break
            count += 1
    return str(count)
