"""One answer of each server, read octet by octet, to know what every answer must be."""

import hashlib
import socket
import subprocess

from processes import LOOPBACK, Failure
from scenarios import FOLDER

PATIENCE_SECONDS = 20


class Answer:
    """One answer as it came: status, fields by lower-case name, content, octets on the wire."""

    def __init__(self, stream):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            octet = stream.read(1)
            if not octet:
                raise Failure("it closed the connection instead of answering")
            head += octet
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1])
        pairs = [line.partition(":")[::2] for line in lines[1:-2]]
        self.fields = {name.lower(): value.strip() for name, value in pairs}
        self.content = b""
        self.octets = len(head)
        if self.status == 304:
            return
        if "chunked" in self.fields.get("transfer-encoding", ""):
            self.read_chunks(stream)
        elif "content-length" in self.fields:
            self.content = stream.read(int(self.fields["content-length"]))
            self.octets += len(self.content)
        elif self.fields.get("connection") == "close":
            self.content = stream.read()
            self.octets += len(self.content)
        else:
            raise Failure("an answer has neither a Content-Length nor chunks, and does not close")

    def read_chunks(self, stream):
        size = -1
        while size != 0:
            line = stream.readline()
            size = int(line.split(b";")[0], 16)
            self.content += stream.read(size)
            self.octets += len(line) + size + len(stream.readline())


def ask(server, path, fields, times=1, must_end=False):
    """The answers to a request that is sent so many times in one write, as wrk sends it."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {LOOPBACK}:{server.port}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    with socket.create_connection((LOOPBACK, server.port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(request * times)
        with connection.makefile("rb") as stream:
            answers = [Answer(stream) for _ in range(times)]
            if must_end and stream.read(1):
                raise Failure("more comes after the answer than the end of the connection")
            return answers


def check(scenario, server, site):
    """Checks that a server answers rightly and alike every time; returns what was seen."""
    try:
        return checked(scenario, server, expected_content(scenario, site))
    except TimeoutError:
        raise Failure(f"no answer, or no end of the connection, in {PATIENCE_SECONDS} s") from None


def checked(scenario, server, expected):
    fields = dict(scenario.fields)
    if scenario.sends_tag:
        tag = ask(server, scenario.path, {})[0].fields.get("etag")
        if not tag:
            raise Failure(f"sends no entity tag for {scenario.path}")
        fields["If-None-Match"] = tag
    answers = ask(server, scenario.path, fields, scenario.depth, scenario.closes)
    answers += ask(server, scenario.path, fields, 1, scenario.closes)
    first = answers[0]
    for answer in answers:
        if answer.status not in scenario.statuses or answer.status != first.status:
            wanted = " or ".join(map(str, scenario.statuses))
            raise Failure(f"answers {answer.status}, not {wanted}")
        same_length = answer.octets == first.octets or scenario.is_cgi
        if not same_length or answer.content != first.content:
            raise Failure("does not answer alike every time")
    if expected is not None and first.content != expected:
        raise Failure("sends other octets than the file or script holds")
    if scenario.path == f"/{FOLDER}" and not first.fields.get("location", "").endswith(f"/{FOLDER}/"):
        raise Failure(f"redirects to {first.fields.get('location')}")
    return {
        "fields_sent": fields,
        "status": first.status,
        "octets": first.octets,
        "content_octets": len(first.content),
        "content_sha256": hashlib.sha256(first.content).hexdigest(),
        "fields": first.fields,
    }


def expected_content(scenario, site):
    """What must come, where a file or a script says it."""
    if scenario.is_cgi:
        said = subprocess.run([site / scenario.path[1:]], capture_output=True, check=True).stdout
        return said.partition(b"\n\n")[2]
    file = site / scenario.path[1:]
    if scenario.statuses == (206,):
        return file.read_bytes()[:1024]
    return file.read_bytes() if scenario.statuses == (200,) else None
