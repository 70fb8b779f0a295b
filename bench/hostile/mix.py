"""What wrk asks for in the soak, and what the access log says of it."""

import os
import re
import threading
from collections import Counter, namedtuple

from processes import LOOPBACK

PAGE_SCRIPT = """\
#!/bin/sh
echo 'Content-Type: text/plain'
echo
echo 'A page.'
"""


# A request, the status and the octets of content that its answer must have (None: no matter how
# many), and how often it is sent: alone, of 4000, and in rows, of 1024.
Kind = namedtuple("Kind", "request status octets weight row_weight")


def kinds_of(port, tag):
    """Every kind by its name; the octets of content are None where they are no matter."""

    def head(start, *fields):
        return (
            "\r\n".join([f"{start} HTTP/1.1", f"Host: {LOOPBACK}:{port}", *fields]) + "\r\n\r\n"
        ).encode()

    form = b"name=value&" * 20
    sized = f"Content-Length: {len(form)}"
    chunked = "Transfer-Encoding: chunked"
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(form), form)
    large = b"a" * 100_000  # more than the server keeps in memory
    large_chunks = b"%x\r\n%b\r\n" % (50_000, large[:50_000]) * 2 + b"0\r\n\r\n"
    return {
        "small": Kind(head("GET /1k.html?small"), 200, 1024, 1980, 400),
        "unmodified": Kind(
            head("GET /1k.html?unmodified", f"If-None-Match: {tag}"), 304, 0, 500, 150
        ),
        "missing": Kind(head("GET /none.html?missing"), 404, None, 400, 150),
        "range": Kind(head("GET /100k.html?range", "Range: bytes=1000-1999"), 206, 1000, 300, 100),
        # wrk takes the Content-Length of an answer to HEAD for octets to come, so it has to be 0.
        "head": Kind(head("HEAD /empty.html?head"), 200, 0, 240, 100),
        "redirect": Kind(head("GET /folder?redirect"), 301, None, 200, 50),
        "options": Kind(head("OPTIONS /1k.html?options"), 204, 0, 160, 50),
        "large": Kind(head("GET /100k.html?large"), 200, 102400, 120, 2),
        "post": Kind(head("POST /1k.html?post", sized) + form, 405, None, 60, 20),
        "post-chunked": Kind(
            head("POST /1k.html?post-chunked", chunked) + chunks, 405, None, 16, 0
        ),
        "close": Kind(head("GET /1k.html?close", "Connection: close"), 200, 1024, 8, 0),
        "listing": Kind(head("GET /folder/?listing"), 200, None, 8, 2),
        "script": Kind(head("GET /cgi-bin/page.cgi?script"), 200, 8, 3, 0),
        "script-post": Kind(
            head("POST /cgi-bin/echo.cgi?script-post", sized) + form, 200, len(form), 2, 0
        ),
        "script-upload": Kind(
            head("POST /cgi-bin/echo.cgi?script-upload", chunked) + large_chunks,
            200,
            len(large),
            1,
            0,
        ),
    }


def write_mix(file, requests):
    """The requests and their weights, as soak.lua reads them."""
    with open(file, "wb") as out:
        for request, weight in requests:
            if weight:
                out.write(b"%d %d\n%b\n" % (weight, len(request), request))


class AccessLog:
    """Reads the access log from a named pipe, and counts its lines by request line, status, octets."""

    PATTERN = re.compile(rb'\] ("[^"]*" \d+ \d+) ')

    def __init__(self, pipe):
        os.mkfifo(pipe)
        self.descriptor = os.open(pipe, os.O_RDWR)  # never at its end, whoever opens and closes it
        self.counts = Counter()
        self.lines = 0
        self.unread = 0
        self.stopped = False
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        rest = b""
        while not self.stopped:
            block, _, rest = (rest + os.read(self.descriptor, 1 << 20)).rpartition(b"\n")
            found = self.PATTERN.findall(block)
            self.counts.update(found)
            self.lines += len(found)
            self.unread += block.count(b"\n") + bool(block) - len(found)

    def close(self):
        self.stopped = True
        os.write(self.descriptor, b"\n")  # wakes the reader
        self.thread.join()
        os.close(self.descriptor)
