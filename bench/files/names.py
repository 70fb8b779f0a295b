"""Rows: from a path to a file, links, special files, listings, errors (RFC 9110 §§4.2.4, 15.4, 15.5)."""

import json
import os
import subprocess
import sys
import time
import urllib.parse
from html.parser import HTMLParser
from pathlib import Path

import ground
import wire
from rows import GONE, Lacks, row
from servers import LOOPBACK, end, start
from visitor import PATIENCE_SECONDS, percentile, read_visits

HERE = Path(__file__).resolve().parent

SWAPPER = """
import os, sys
name, aside, *targets = sys.argv[1:]
while os.getppid() == int(os.environ["SWAPPER_OF"]):
    for target in targets:
        os.symlink(target, aside)
        os.rename(aside, name)
"""
HOT_LIMIT_MILLIS = 50


def quoted(name):
    return urllib.parse.quote(name, safe="")


def status_of(target, content=None, **how):
    """Status, and what came if it is not what should."""

    def look(subject):
        answer = subject.ask(target, most=1 << 20, **how)
        if answer.content and ground.SECRET in answer.content:
            return f"{answer.status}, the secret"
        if answer.status == 200 and content is not None and answer.content != content:
            return "200, other content"
        return str(answer.status)

    return look


for title, right, target, content in (
    ("a folder: its index file", "200", "/n/index/", b"<p>index</p>"),
    ("percent-encoded letters", "200", "/%6e/a%20b.txt", b"a b"),
    ("a query is not part of the name", "200", "/n/a%20b.txt?x=/../y", b"a b"),
    ("Unicode, composed (NFC)", "200", f"/n/{quoted(ground.NFC)}", b"nfc"),
    ("Unicode, decomposed (NFD): another file", "200", f"/n/{quoted(ground.NFD)}", b"nfd"),
    ("dot segments within the root (RFC 3986 §5.2.4)", "200", "/n/../n/./a%20b.txt", b"a b"),
    ("dot segments above the root", "400 or 403 or 404", "/../secret.txt", None),
    ("the same, percent-encoded", "400 or 403 or 404", "/%2e%2e/secret.txt", None),
    ("the same, with %2f", "400 or 403 or 404", "/..%2fsecret.txt", None),
    ("the same, %2e%2e%2f below a folder", "400 or 403 or 404", "/n/%2e%2e%2f%2e%2e%2fsecret.txt", None),
    ("%2f is not a separator", "404 or 400", "/n%2findex/", None),
    ("%5c is a letter of the name", "404 or 400", "/n%5cindex", None),
    ("a backslash", "404 or 400", "/n\\index", None),
    ("%00", "400 or 404", "/c/file.txt%00.html", None),
    ("overlong UTF-8, %c0%af", "400 or 404", "/n%c0%afindex", None),
    ("overlong UTF-8, %c0%ae%c0%ae", "400 or 404", "/%c0%ae%c0%ae/secret.txt", None),
    ("%ff, not UTF-8", "400 or 404", "/n/%ff.txt", None),
    ("%zz", "400 or 404", "/c/%zz", None),
    ("% at the end", "400 or 404", "/c/file.txt%", None),
    ("a name of 300 octets: no 500", "404 or 414", "/" + "n" * 300, None),
    ("a path of 5,000 octets: no 500", "404 or 414", "/" + "d/" * 2500, None),
    ("a file as a folder", "404", "/c/file.txt/", None),
    ("below a file", "404", "/c/file.txt/more", None),
    ("dot behind the name", "404", "/c/file.txt.", None),
    ("blank behind the name", "404", "/c/file.txt%20", None),
    ("capitals", "404", "/C/FILE.TXT", None),
    ("a dot file is hidden", "404 or 403", "/.hidden.txt", None),
    ("a file in a dot folder", "404 or 403", "/.git/config", None),
    ("a dot folder, percent-encoded", "404 or 403", "/%2egit/config", None),
    ("/.well-known is served (RFC 8615)", "200", "/.well-known/x", b"well known"),
    ("a dot file below it is not", "404 or 403", "/.well-known/.hidden.txt", None),
):
    row("Names", title, right, own="dot f" in title)(status_of(target, content))


@row("Names", "a file whose name is not ASCII, server started in the C locale", "200", own=True)
def name_in_c_locale(subject):
    with subject.again(LC_ALL="C", LANG="C") as other:
        answer = wire.ask(other.port, f"/n/{quoted(ground.NFC)}")
        return f"{answer.status}" if answer.content == b"nfc" else f"{answer.status}, other content"


# ---- redirects -----------------------------------------------------------------------------------


def leads_off(location, port):
    """Whether a browser leaves the host: to it a backslash is a slash, and controls are nothing."""
    seen = "".join(c for c in location if c > " ").replace("\\", "/")
    base = f"http://{LOOPBACK}:{port}/"
    return urllib.parse.urlsplit(urllib.parse.urljoin(base, seen)).netloc != f"{LOOPBACK}:{port}"


@row("Names", "a folder without its slash: redirect", "301 to /n/index/ or 308 to /n/index/")
def redirect(subject):
    answer = subject.ask("/n/index")
    path = urllib.parse.urlsplit(answer.get("location")).path
    return f"{answer.status} to {path or 'nowhere'}"


@row("Names", "the redirect keeps the query", "?a=b&c=%2f")
def redirect_with_query(subject):
    location = subject.ask("/n/index?a=b&c=%2f").get("location")
    return "?" + location.partition("?")[2].lower() if "?" in location else "lost"


@row("Names", "the redirect keeps what is encoded in the path", "encoded")
def redirect_encoded(subject):
    location = subject.ask("/%5cevil.example").get("location")
    if not location:
        raise Lacks("no redirect")
    return "encoded" if location.lower().endswith("/%5cevil.example/") else location


def stays(*targets):
    def look(subject):
        for target in targets:
            answer = subject.ask(target)
            location = answer.get("location")
            if location and leads_off(location, subject.port):
                return f"{target} leads to {location}", False
        return f"stays ({answer.status})", True

    return look


row("Names", "a redirect from //evil.example stays", "stays")(stays("//evil.example", "//evil.example/..//evil.example"))
row("Names", "from /\\evil.example", "stays")(stays("/\\evil.example", "/\\/evil.example"))
row("Names", "from /%5cevil.example, the name of a folder", "stays")(stays("/%5cevil.example", "/%5Cevil.example"))
row("Names", "from /%2fevil.example/..", "stays")(stays("/%2fevil.example/..", "/%2f%2fevil.example/%2e%2e"))
row("Names", "from ///evil.example, /.//evil.example", "stays")(stays("///evil.example", "/.//evil.example", "/n/..//evil.example"))
row("Names", "from a tab and a line feed, encoded", "stays")(stays("/%09/evil.example", "/%0a/evil.example", "/%0d%0aX:y/../evil.example"))


# ---- links and special files ---------------------------------------------------------------------

row("Links", "a link to a file within the root is followed", "200", own=True)(status_of("/l/inside.txt"))
row("Links", "a link to a file outside the root is not", "403 or 404")(status_of("/l/outside.txt"))
row("Links", "nor a file below a folder's link", "403 or 404")(status_of("/l/outside/file.txt"))
row("Links", "a link that leads nowhere", "404 or 403")(status_of("/l/dangling.txt"))
row("Links", "a link to itself: no 500", "404 or 403")(status_of("/l/loop.txt"))


@row("Links", "links swapped between inside and outside in a loop: how often the secret was sent", "0")
def swapped(subject):
    folder = subject.site / "swap"
    os.environ["SWAPPER_OF"] = str(os.getpid())
    swappers = [
        start([sys.executable, "-c", SWAPPER, folder / "file.txt", folder / ".aside1", "inside/file.txt", "../../outside/file.txt"]),
        start([sys.executable, "-c", SWAPPER, folder / "folder", folder / ".aside2", "inside", "../../outside"]),
    ]
    secrets = inside = 0
    deadline = time.monotonic() + 60
    asked = 0
    connection = None
    try:
        while asked < subject.scale.swap_requests and time.monotonic() < deadline:
            try:
                connection = connection or subject.connect()
                answer = connection.ask("/swap/folder/file.txt" if asked % 2 else "/swap/file.txt")
                secrets += ground.SECRET in answer.content
                inside += answer.content == b"inside"
                if answer.get("connection").lower() == "close":
                    connection.socket.close()
                    connection = None
            except (wire.Ended, ConnectionError):
                connection = None
            asked += 1
    finally:
        for swapper in swappers:
            end(swapper)
        for name, target in (("file.txt", "inside/file.txt"), ("folder", "inside")):
            (folder / name).unlink(missing_ok=True)
            (folder / name).symlink_to(target)
        for name in (".aside1", ".aside2"):
            (folder / name).unlink(missing_ok=True)
        if connection:
            connection.socket.close()
    return f"{secrets:,} of {asked:,}, inside {inside:,}", secrets == 0


def special(name):
    """A file that is none: an answer at once, and a server that still serves."""

    def look(subject):
        if not (subject.site / name).exists() and not (subject.site / name).is_fifo():
            raise Lacks("only root can make one")
        begun = time.monotonic()
        try:
            answer = subject.ask(f"/{name}", most=1 << 20, keep=0)
            fact = f"{answer.status}" + (", endless" if answer.octets > 1 << 20 else "")
        except GONE as gone:
            fact = str(gone)
        seconds = time.monotonic() - begun
        right = fact in ("403", "404") and seconds < 1
        if not subject.is_alive():
            return f"{fact}; then nobody is served", False
        return f"{fact}, {1000 * seconds:.0f} ms" if seconds < 1 else fact, right

    return look


row("Special files", "a FIFO nobody writes to", "403 or 404 at once")(special("s/fifo.txt"))
row("Special files", "a socket", "403 or 404 at once")(special("s/socket.txt"))
row("Special files", "a device (/dev/zero)", "403 or 404 at once")(special("s/zero.txt"))


@row("Special files", "16 requests for a FIFO do not hold up others", "served")
def many_fifos(subject):
    connections = [subject.connect() for _ in range(16)]
    try:
        for connection in connections:
            connection.send("/s/fifo.txt")
        time.sleep(0.2)
        return "served" if subject.is_alive() else "nobody is served"
    finally:
        for connection in connections:
            connection.socket.close()


# ---- listings ------------------------------------------------------------------------------------


class Listing(HTMLParser):
    """The links of a listing, and whether a name became markup."""

    def __init__(self):
        super().__init__()
        self.links = []
        self.injected = False

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        self.injected |= "onerror" in values or (tag == "script" and values == {"1": None})


def listing_of(subject, target):
    answer = subject.ask(target)
    if answer.status != 200:
        raise Lacks(f"{answer.status}")
    page = Listing()
    text = answer.content.decode("utf-8", "replace")
    page.feed(text)
    page.injected |= "<script>alert(1)" in text
    return answer, page


@row("Listing", "a folder without an index file is listed", "200, HTML in UTF-8")
def listing(subject):
    answer = subject.ask("/list/")
    kind = answer.media_type()
    if answer.status == 200 and kind == "text/html;charset=utf-8":
        return "200, HTML in UTF-8"
    return f"{answer.status}, {kind or 'no type'}"


@row("Listing", "hostile names are text, not markup", "text")
def hostile_names(subject):
    return "markup" if listing_of(subject, "/list/")[1].injected else "text"


@row("Listing", f"the links of {len(ground.HOSTILE)} hostile names lead to their files", f"{len(ground.HOSTILE)}")
def hostile_links(subject):
    _, page = listing_of(subject, "/list/")
    base = f"http://{LOOPBACK}:{subject.port}/list/"
    found = set()
    for link in page.links:
        there = urllib.parse.urlsplit(urllib.parse.urljoin(base, link))
        path = there.path + (f"?{there.query}" if there.query else "")
        if there.scheme != "http" or not path.startswith("/list/") or path == "/list/":
            continue
        answer = subject.ask(urllib.parse.quote(path, safe="/%?&=;:@+$,!'()*~#[]\\"))
        if answer.status == 200:
            found.add(answer.content)
    return str(sum(name.encode() in found for name in ground.HOSTILE))


@row("Listing", "dot files are not in it", "left out", own=True)
def hidden_left_out(subject):
    _, page = listing_of(subject, "/.well-known/")
    return "listed" if any(".hidden" in link for link in page.links) else "left out"


@row("Listing", "as JSON, if Accept prefers it (§12.5.1)", f"{len(ground.HOSTILE)} entries", own=True)
def listing_as_json(subject):
    answer = subject.ask("/list/", "Accept: application/json")
    if not answer.media_type().startswith("application/json"):
        return answer.media_type().split(";")[0] or str(answer.status)
    told = json.loads(answer.content)
    entries = told if isinstance(told, list) else next(v for v in told.values() if isinstance(v, list))
    names = {(entry.get("name") if isinstance(entry, dict) else entry).rstrip("/") for entry in entries}
    return f"{sum(name in names for name in ground.HOSTILE)} entries"


@row("Listing", "Vary: Accept on both, if there are two (§12.5.5)", "both")
def listing_varies(subject):
    answers = [subject.ask("/list/", f"Accept: {kind}") for kind in ("text/html", "application/json")]
    if len({answer.media_type() for answer in answers}) == 1:
        raise Lacks("one representation")
    told = ["accept" in [v.strip() for v in a.get("vary").lower().split(",")] for a in answers]
    return "both" if all(told) else "not both"


@row("Listing", "off: 403 or 404", "403 or 404")
def listing_off(subject):
    if subject.name in ("jwebserver", "http.server"):
        raise Lacks("always on")
    if subject.name != "passerelle":
        return str(subject.ask("/nolist/").status)
    with subject.again("--listing", "off") as other:
        return str(wire.ask(other.port, "/nolist/").status)


def visit(port, file, work, rate=200, percents=(99,)):
    """Asks for a hot file at a fixed pace, by another process, while work() runs.

    Returns percentiles in milliseconds, how many requests failed, and what work() returns.
    """
    said = file.parent.parent / "pace.out"
    client = [sys.executable, HERE / "pace.py", port, file, rate]
    with open(said, "wb") as out:
        pace = start(client, stdout=out, stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        begun = time.monotonic()
        result = work()
        ended = time.monotonic()
    finally:
        end(pace)
    visits = [visit for visit in read_visits(said) if begun <= visit.due < ended]
    if len(visits) < 0.9 * rate * (ended - begun):
        raise Lacks(f"the client was too slow, {len(visits)} requests")
    errors = sum(bool(visit.error) for visit in visits)
    seconds = [PATIENCE_SECONDS if visit.error else visit.answered - visit.sent for visit in visits]
    return [1000 * percentile(seconds, percent) for percent in percents], errors, result


@row("Listing", f"{ground.MANY:,} entries: seconds, MiB", f"{ground.MANY:,} entries")
def many_entries(subject):
    with subject.connect(patience=30) as connection:
        connection.ask("/many/")
        begun = time.monotonic()
        answer = connection.ask("/many/")
        seconds = time.monotonic() - begun
    count = answer.content.count(b'href="') if answer.status == 200 else 0
    if answer.status != 200:
        return str(answer.status)
    right = ground.MANY <= count <= ground.MANY + 30
    words = "" if right else f"{count:,} entries, "
    return f"{words}{seconds:.2f} s, {answer.octets / (1 << 20):.1f} MiB", right


@row("Listing", f"a hot file meanwhile, p99 (200 requests/s)", f"at most {HOT_LIMIT_MILLIS} ms", own=True)
def hot_while_listing(subject):
    def work():
        with subject.connect(patience=30) as connection:
            for _ in range(5):
                connection.ask("/many/")

    (millis,), errors, _ = visit(subject.port, subject.site / "hot.html", work)
    return shown(millis, errors), millis <= HOT_LIMIT_MILLIS and not errors


def shown(millis, errors):
    return f"{millis:.1f} ms" + (f", {errors} errors" if errors else "")


# ---- errors --------------------------------------------------------------------------------------


@row("Errors", "404 is a page", "text/html, some content")
def not_found_is_a_page(subject):
    answer = subject.ask("/c/nothing.txt")
    kind = answer.media_type().split(";")[0] or "no type"
    return f"{kind}, {'some' if answer.octets and answer.whole else 'no'} content"


def not_allowed(method):
    def look(subject):
        answer = subject.ask("/c/file.txt", "Content-Length: 0", method=method)
        if answer.status == 405:
            allowed = {word.strip() for word in answer.get("allow").split(",")}
            return "405 with Allow" if {"GET", "HEAD"} <= allowed else f"405, Allow: {answer.get('allow', 'none')}"
        return f"{answer.status}"

    return look


for method in ("POST", "PUT", "DELETE"):
    row("Errors", f"{method} on a file: 405 with Allow (§15.5.6)", "405 with Allow")(not_allowed(method))


@row("Errors", "an unknown method: 501 or 405 (§9.1)", "501 or 405")
def unknown_method(subject):
    return str(subject.ask("/c/file.txt", "Content-Length: 0", method="FROBNICATE").status)


@row("Errors", "a 404 with Accept-Encoding: identity;q=0 is still a 404", "404")
def not_found_without_identity(subject):
    return str(subject.ask("/c/nothing.txt", "Accept-Encoding: identity;q=0, unknown").status)
