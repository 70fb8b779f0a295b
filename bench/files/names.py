"""Rows: from a path to a file, links, special files, errors (RFC 9110 §§4.2.4, 15.4, 15.5)."""

import os
import sys
import time
import urllib.parse

import ground
from processes import LOOPBACK, end, start
import wire
from rows import GONE, Lacks, row

SWAPPER = """
import os, sys
name, aside, *targets = sys.argv[1:]
while os.getppid() == int(os.environ["SWAPPER_OF"]):
    for target in targets:
        os.symlink(target, aside)
        os.rename(aside, name)
"""


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
    ("a name of 300 octets: no 500", "404 or 403 or 414", "/" + "n" * 300, None),
    ("a path of 5,000 octets: no 500", "404 or 403 or 414", "/" + "d/" * 2500, None),
    ("a file as a folder", "404 or 403", "/c/file.txt/", None),
    ("below a file", "404 or 403", "/c/file.txt/more", None),
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


for title, *targets in (
    ("a redirect from //evil.example stays", "//evil.example", "//evil.example/..//evil.example"),
    ("from /\\evil.example", "/\\evil.example", "/\\/evil.example"),
    ("from /%5cevil.example, the name of a folder", "/%5cevil.example", "/%5Cevil.example"),
    ("from /%2fevil.example/..", "/%2fevil.example/..", "/%2f%2fevil.example/%2e%2e"),
    ("from ///evil.example, /.//evil.example", "///evil.example", "/.//evil.example", "/n/..//evil.example"),
    ("from a tab and a line feed, encoded", "/%09/evil.example", "/%0a/evil.example", "/%0d%0aX:y/../evil.example"),
):
    row("Names", title, "stays")(stays(*targets))


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
        start([sys.executable, "-c", SWAPPER, folder / link, folder / aside, f"inside{rest}", f"../../outside{rest}"])
        for link, aside, rest in (("file.txt", ".aside1", "/file.txt"), ("folder", ".aside2", ""))
    ]
    secrets = inside = 0
    deadline = time.monotonic() + 60
    asked = 0
    connection = None
    try:
        while asked < subject.scale.swap_requests and time.monotonic() < deadline:
            try:
                connection = connection or subject.connect()
                name = f"folder/{asked % ground.SWAPPED}.txt" if asked % 5 else "file.txt"
                answer = connection.ask(f"/swap/{name}")
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
