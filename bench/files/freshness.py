"""Rows: how soon a change is seen while the file is asked for, and whether an answer mixes old and new."""

import os
import threading
import time

from rows import GONE, Background, row

CONNECTIONS = 4
SEEN_WITHIN_SECONDS = 2
GIVEN_UP_SECONDS = 5
SIZES = {"small": 2 << 10, "large": 1 << 20}
GENERATION_SIZES = {"2 KiB": 2 << 10, "4 MiB": 4 << 20}
PIECE = 64 << 10
IN_PLACE_SHARE = 0.001
MARK = 8  # octets of a generation's number


def hammer(subject, target, note, stopped):
    """Asks over and over, and tells note(begun, answer) what came; the answer is None if none did."""
    connection = None
    while not stopped.is_set():
        begun = time.monotonic()
        try:
            connection = connection or subject.connect()
            answer = connection.ask(target)
        except GONE:
            answer = None
        note(begun, answer)
        if answer is None or not answer.whole or answer.get("connection").lower() == "close":
            if connection:
                connection.socket.close()
            connection = None
            if answer is None:
                time.sleep(0.01)
    if connection:
        connection.socket.close()


class Hammers:
    """Several clients that ask for one file for as long as this is entered."""

    def __init__(self, subject, target):
        self.subject = subject
        self.target = target
        self.stopped = threading.Event()
        self.notes = []  # begun, status, content's state

    def __enter__(self):
        self.threads = [
            Background(hammer, self.subject, self.target, self.note, self.stopped)
            for _ in range(CONNECTIONS)
        ]
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.wait()

    def note(self, begun, answer):
        self.notes.append((begun, self.state(answer)))

    @staticmethod
    def state(answer):
        """What of a file shows in an answer: its status, length and first octet."""
        if answer is None:
            return None
        if answer.status != 200:
            return (answer.status,)
        if not answer.whole:
            return ("cut off",)
        return 200, answer.octets, answer.content[:1]


def change_seen(path, before, change, after, subject):
    """Seconds until nobody gets the state before any more."""
    prepare(path, before)
    with Hammers(subject, f"/f/{path.name}") as hammers:
        time.sleep(1.2)  # until caches believe in it
        changed = time.monotonic()
        change(path)
        done = time.monotonic()
        wanted = (404,) if after is None else (200, after[0], after[1])
        while time.monotonic() < changed + GIVEN_UP_SECONDS:
            time.sleep(0.05)
            late = [n for n in hammers.notes if n[0] > time.monotonic() - 1]
            if time.monotonic() > done + 1.2 and late and all(n[1] == wanted for n in late):
                break
    old = [begun for begun, state in hammers.notes if begun > done and state != wanted]
    new = [begun for begun, state in hammers.notes if begun > done and state == wanted]
    path.unlink(missing_ok=True)
    if not new or (old and max(old) > max(new)):
        return None
    return max(0.0, max(old) - done) if old else 0.0


def prepare(path, before):
    path.unlink(missing_ok=True)
    if before is not None:
        path.write_bytes(before[1] * before[0])


def in_place(size):
    def change(path):
        with open(path, "r+b") as file:
            file.write(b"n" * size)

    return change


def by_rename(size):
    def change(path):
        aside = path.with_name("." + path.name)
        aside.write_bytes(b"n" * size)
        os.rename(aside, path)

    return change


# Name, the state before, what happens, the state after; a state is a size and an octet.
CHANGES = (
    ("changed in place, same length", lambda n: (n, b"o"), in_place, lambda n: (n, b"n")),
    ("replaced by rename", lambda n: (n, b"o"), by_rename, lambda n: (n, b"n")),
    ("truncated", lambda n: (n, b"o"), lambda n: lambda path: os.truncate(path, n // 2), lambda n: (n // 2, b"o")),
    ("deleted", lambda n: (n, b"o"), lambda n: os.unlink, lambda n: None),
    ("created", lambda n: None, by_rename, lambda n: (n, b"n")),
)


def seen(before, change, after):
    def look(subject):
        found = []
        for name, size in SIZES.items():
            path = subject.site / f"f/{name}.bin"
            found.append(change_seen(path, before(size), change(size), after(size), subject))
        if None in found:
            return f"not in {GIVEN_UP_SECONDS} s", False
        return f"{max(found):.2f} s", max(found) <= SEEN_WITHIN_SECONDS

    return look


for title, before, change, after in CHANGES:
    title += f", {CONNECTIONS} connections asking: seen by all after"
    row("Freshness", title, f"at most {SEEN_WITHIN_SECONDS} s")(seen(before, change, after))


# ---- generations ---------------------------------------------------------------------------------


class Generations(Hammers):
    """Looks at each answer: one generation only, and for each entity tag always the same."""

    def __init__(self, subject, target):
        super().__init__(subject, target)
        self.lock = threading.Lock()
        self.tags = {}
        self.answers = self.mixed = self.cut = self.conflicts = 0
        self.generations = set()

    def note(self, begun, answer):
        with self.lock:
            self.answers += 1
            if answer is None or answer.status != 200 or not answer.whole:
                self.cut += 1
                return
            mark = answer.content[:MARK]
            if answer.content != mark * (len(answer.content) // MARK):
                self.mixed += 1
                return
            self.generations.add(mark)
            # Without tags a date is what an answer is validated by, but it tells only seconds apart.
            tag = answer.get("etag")
            if tag and self.tags.setdefault(tag, mark) != mark:
                self.conflicts += 1


def generation(number, size):
    return number.to_bytes(MARK, "big") * (size // MARK)


def write_new(path, octets):
    aside = path.with_name(".next")
    aside.write_bytes(octets)
    os.rename(aside, path)


def write_over(path, octets):
    """Writes as programs do, piece by piece; the kernel notes the time before it copies a piece."""
    handle = os.open(path, os.O_WRONLY)
    try:
        for position in range(0, len(octets), PIECE):
            os.pwrite(handle, octets[position : position + PIECE], position)
    finally:
        os.close(handle)


def generations(size, write, share=0.0):
    """With a share of answers that may be wrong, where nobody can tell that a file is being changed."""

    def look(subject):
        path = subject.site / "f/generations.bin"
        path.write_bytes(generation(1, size))
        count = subject.scale.generations
        with Generations(subject, "/f/generations.bin") as seen:
            for number in range(2, count + 2):
                time.sleep(max(0.02, 3 / count))  # longer than a second, for which a cache may believe
                write(path, generation(number, size))
            time.sleep(0.1)
        path.unlink()
        words = f"{seen.mixed} mixed, {seen.conflicts} with the tag of another, {seen.cut} cut off, of {seen.answers:,}"
        if not seen.tags:
            words += "; no ETag"
        right = seen.mixed + seen.conflicts <= share * seen.answers and len(seen.generations) > 1
        return words, right

    return look


OVER_AND_OVER = "over and over: answers of old and new, answers with the ETag of another content (§8.8.1)"
for name, size in GENERATION_SIZES.items():
    row("Freshness", f"{name} replaced by rename, {OVER_AND_OVER}", "0 mixed, 0 with another tag")(
        generations(size, write_new)
    )
for name, size in GENERATION_SIZES.items():
    right = "1 in 1,000 mixed or with another tag"
    row("Freshness", f"{name} changed in place, over and over", right, own=True)(
        generations(size, write_over, IN_PLACE_SHARE)
    )
