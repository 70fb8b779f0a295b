"""Clients that have scripts run, check every answer, and now and then leave; a process of its own.

runs.py PORT COUNT SEED: so many visits, of the kinds below in a random order, by eight threads. At the
end comes a line of JSON: how many visits of each kind there were, and in words what was not as it must be.
"""

import http.client
import json
import random
import socket
import struct
import sys
import threading
from collections import Counter, namedtuple

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 60
THREADS = 8
MOST_WORDS = 10
SMALL = b"0123456789abcdef" * 256
LARGE = bytes(range(256)) * 800  # more than is kept in memory

SCRIPTS = {
    "echo": "exec cat",
    "long": "exec cat /dev/zero",
    # Its children must not outlive the client, either.
    "silent": "sleep 300 &\nsleep 300",
    "detached": "sleep 1 >/dev/null 2>&1 </dev/null &\necho started",
    "holding": "sleep 0.2 &\necho started",
}
HEAD = "#!/bin/sh\nprintf 'Content-Type: application/octet-stream\\n\\n'\n"
FAILING = {
    "fail": "#!/bin/sh\necho 'nothing to say' >&2\nexit 3\n",
    "crash": "#!/bin/sh\nkill -SEGV $$\n",
    "garbage": "#!/bin/sh\necho 'this is no field'\necho\necho content\n",
}

Kind = namedtuple("Kind", "weight method script content status answer leaves")


def runs(weight, script, answer, status=200):
    return Kind(weight, "GET", script, None, status, answer, False)


def echoes(weight, content):
    return Kind(weight, "POST", "echo", content, 200, content, False)


def leaves(weight, script, content=None):
    return Kind(weight, "POST" if content else "GET", script, content, 0, None, True)


KINDS = {
    "hello in C": runs(30, "hello-c", b"Hello from C!"),
    "hello in sh": runs(20, "hello-sh", b"Hello from sh!"),
    "echo of 4 KiB": echoes(14, SMALL),
    "echo of 200 KiB": echoes(10, LARGE),
    "leaves a long answer": leaves(4, "long"),
    "leaves a silent script": leaves(3, "silent"),
    "leaves an upload": leaves(3, "echo", LARGE),
    "a script that fails": runs(3, "fail", None, 502),
    "a script that crashes": runs(2, "crash", None, 502),
    "a script that prints no fields": runs(2, "garbage", None, 502),
    "a child in the background": runs(5, "detached", b"started"),
    "a child that holds the output": runs(4, "holding", b"started"),
}


class Visitors:
    def __init__(self, port, count, seed):
        self.port = port
        self.lock = threading.Lock()
        self.left = count
        self.chance = random.Random(seed)
        self.visits = Counter()
        self.wrong = Counter()

    def next_kind(self):
        with self.lock:
            if self.left == 0:
                return None
            self.left -= 1
            weights = [kind.weight for kind in KINDS.values()]
            name = self.chance.choices(list(KINDS), weights)[0]
            self.visits[name] += 1
            return name

    def work(self):
        client = http.client.HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE_SECONDS)
        while (name := self.next_kind()) is not None:
            try:
                problem = self.leave(KINDS[name]) if KINDS[name].leaves else ask(client, KINDS[name])
            except (OSError, http.client.HTTPException) as failure:
                problem = f"{type(failure).__name__}: {failure}"
                client.close()
            if problem:
                with self.lock:
                    self.wrong[f"{name}: {problem}"] += 1
        client.close()

    def leave(self, kind):
        """Goes in the middle; the answer must have begun where one comes at once."""
        with socket.create_connection((LOOPBACK, self.port), PATIENCE_SECONDS) as connection:
            length = f"Content-Length: {2 * len(kind.content)}\r\n" if kind.content else ""
            head = f"{kind.method} /cgi-bin/{kind.script}.cgi HTTP/1.1\r\nHost: a\r\n{length}\r\n"
            connection.sendall(head.encode() + (kind.content or b""))
            if not kind.content:
                begun = connection.recv(4096)
                if not begun.startswith(b"HTTP/1.1 200 "):
                    return f"began with {begun[:20]!r}"
            # A reset, not an end: what is unread is not waited for.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return ""


def ask(client, kind):
    client.request(kind.method, f"/cgi-bin/{kind.script}.cgi", kind.content)
    answer = client.getresponse()
    content = answer.read()
    if answer.status != kind.status:
        return f"status {answer.status}"
    if kind.content is not None and content != kind.answer:
        return f"{len(content)} other octets came back"
    if kind.answer is not None and kind.answer not in content:
        return f"another content: {content[:40]!r}"
    return ""


def main():
    port, count, seed = map(int, sys.argv[1:])
    visitors = Visitors(port, count, seed)
    threads = [threading.Thread(target=visitors.work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    words = [f"{count} times {word}" for word, count in visitors.wrong.most_common(MOST_WORDS)]
    wrong = sum(visitors.wrong.values())
    print(json.dumps({"visits": visitors.visits, "wrong": wrong, "words": words}))


if __name__ == "__main__":
    main()
