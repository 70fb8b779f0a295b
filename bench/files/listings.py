"""Rows: folders without an index file (RFC 9110 §12.5.1), and how long a large one takes."""

import json
import time
import urllib.parse
from html.parser import HTMLParser

import ground
from processes import LOOPBACK
import wire
from hot import looks, shown, visit
from rows import Lacks, row

HOT_LIMIT_MILLIS = 50


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


@row("Listing", "a hot file meanwhile, p99 (200 requests/s)", f"at most {HOT_LIMIT_MILLIS} ms", own=True)
def hot_while_listing(subject):
    def work():
        with subject.connect(patience=30) as connection:
            for _ in range(5):
                connection.ask("/many/")

    def look():
        (millis,), errors, _ = visit(subject.port, subject.site / "hot.html", work)
        return millis, shown(millis, errors), millis <= HOT_LIMIT_MILLIS and not errors

    return looks(look)
