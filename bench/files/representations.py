"""Rows: codings and their negotiation, media types, caching (RFC 9110 §§8, 12.5.3)."""

import gzip

import ground
from rows import Lacks, row

PAGE = "/v/page.html"
EXTENSIONS = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}
LEAST_REQUESTS = 300


def coding_of(subject, target, answer):
    """Which representation came, by its octets."""
    if answer.status != 200:
        return str(answer.status)
    content = subject.content(target[1:])
    coding = answer.get("content-encoding").removeprefix("x-")
    if not coding:
        return "identity" if answer.content == content else "identity, wrong octets"
    if coding == "gzip":
        try:
            if gzip.decompress(answer.content) != content:
                return "gzip, another text"
        except (OSError, EOFError):
            return "gzip, wrong octets"
    sibling = subject.site / (target[1:] + EXTENSIONS.get(coding, ".?"))
    if sibling.exists() and answer.content == sibling.read_bytes():
        return coding
    return "gzip, on the fly" if coding == "gzip" else f"{coding}, wrong octets"


def siblings(subject):
    """The codings that a server has for the page, siblings or not."""
    if "codings" not in subject.known:
        answers = [subject.ask(PAGE, f"Accept-Encoding: {coding}") for coding in EXTENSIONS]
        subject.known["codings"] = {answer.get("content-encoding") for answer in answers} - {""}
    return subject.known["codings"]


def asks_coding(target, right, *accept):
    """The coding that came; where it came from does not matter here."""

    def look(subject):
        fact = coding_of(subject, target, subject.ask(target, *accept))
        fact = fact.removesuffix(", on the fly")
        wanted = right.split(" or ")
        if fact not in wanted and not siblings(subject) & set(wanted) and "identity" not in wanted:
            raise Lacks(fact)  # it has none of those that it should choose from
        return fact

    return look


def asks_sibling(target, coding):
    def look(subject):
        fact = coding_of(subject, target, subject.ask(target, f"Accept-Encoding: {coding}"))
        if fact != coding and not siblings(subject) & {coding} or "fly" in fact:
            raise Lacks(fact)
        return fact

    return look


for coding, extension in EXTENSIONS.items():
    row("Representations", f"{coding}: the {extension} beside the file, octet by octet", coding)(
        asks_sibling(PAGE, coding)
    )

# All three siblings are there; only .gz with "only".
for title, right, target, accept in (
    ("no Accept-Encoding: as it is (§12.5.3)", "identity", PAGE, []),
    ("gzip, deflate, br, zstd: one of them", "br or zstd or gzip", PAGE, ["gzip, deflate, br, zstd"]),
    ("br;q=0.1, gzip;q=0.9: the one with more weight", "gzip", PAGE, ["br;q=0.1, gzip;q=0.9"]),
    ("br;q=0, gzip: not br", "gzip", PAGE, ["br;q=0, gzip"]),
    ("gzip;q=0: as it is", "identity", PAGE, ["gzip;q=0"]),
    ("gzip;q=0.000, with blanks", "identity", PAGE, ["gzip ; q=0.000"]),
    ("GZIP: names have no case (§8.4.1)", "gzip", PAGE, ["GZIP"]),
    ("x-gzip is gzip (§8.4.1.3)", "gzip", PAGE, ["x-gzip"]),
    ("*: any", "br or zstd or gzip or identity", PAGE, ["*"]),
    ("*;q=0, gzip: only gzip", "gzip", PAGE, ["*;q=0, gzip"]),
    ("gzip, *;q=0: no identity, gzip is there", "gzip", PAGE, ["gzip, *;q=0"]),
    ("identity;q=0, br: not as it is", "br", PAGE, ["identity;q=0, br"]),
    ("identity;q=1, gzip;q=0.5: as it is", "identity", PAGE, ["identity;q=1, gzip;q=0.5"]),
    ("unknown codings: as it is", "identity", PAGE, ["gzipped, brotli, xgzip"]),
    ("two lines", "gzip", PAGE, ["unknown", "gzip"]),
    ("empty: as it is", "identity", PAGE, [""]),
    ("only .gz is there, br preferred", "gzip", "/v/only.html", ["br, gzip;q=0.5"]),
    ("only .gz is there, br asked for", "identity", "/v/only.html", ["br"]),
    ("identity;q=0 and nothing fits: 406 (§12.5.3: may)", "406 or identity", "/v/only.html", ["identity;q=0, br"]),
    ("a sibling older than its file is not used", "identity or gzip", "/v/stale.html", ["gzip"]),
    ("a .gz asked for by its name is sent as it is", "identity", "/v/page.html.gz", ["gzip"]),
    ("500 octets: not worth it", "identity", "/v/small.txt", ["gzip"]),
    ("100 KiB of text: gzip on the fly, the same text", "gzip", "/v/middle.txt", ["gzip"]),
):
    own = title.startswith(("500 octets", "a .gz asked"))
    row("Representations", title, right, own)(
        asks_coding(target, right, *(f"Accept-Encoding: {value}" for value in accept))
    )


@row("Representations", "5 MiB of text: too much to compress at once", "identity", own=True)
def too_large(subject):
    return asks_coding("/v/large.txt", "identity", "Accept-Encoding: gzip")(subject)


@row("Representations", "octets that do not compress are sent as they are", "identity")
def octets_as_they_are(subject):
    return asks_coding("/r/data.bin", "identity", "Accept-Encoding: gzip")(subject)


def variants(subject, *more):
    """The answers to each Accept-Encoding, the different ones only."""
    found = {}
    for accept in ("identity", "gzip", "br", "zstd"):
        answer = subject.ask(PAGE, f"Accept-Encoding: {accept}", *more)
        found[answer.get("content-encoding", "identity")] = answer
    if len(found) == 1:
        raise Lacks("one representation")
    return found


@row("Representations", "Vary: Accept-Encoding on all, identity too (§12.5.5)", "all")
def vary_on_all(subject):
    lacking = [
        coding
        for coding, answer in variants(subject).items()
        if "accept-encoding" not in answer.get("vary").lower()
    ]
    return "not on " + ", ".join(lacking) if lacking else "all"


@row("Representations", "Vary on 304, too (§15.4.5)", "all")
def vary_on_304(subject):
    found = []
    for coding, answer in variants(subject).items():
        if not answer.get("etag"):
            raise Lacks(f"no ETag on {coding}")
        accept = f"Accept-Encoding: {coding}"
        second = subject.ask(PAGE, accept, f"If-None-Match: {answer.get('etag')}")
        if second.status != 304 or "accept-encoding" not in second.get("vary").lower():
            found.append(f"{second.status} for {coding}" if second.status != 304 else f"not for {coding}")
    return ", ".join(found) or "all"


@row("Representations", "an ETag of its own for each coding (§8.8.3.3)", "all differ")
def own_tags(subject):
    tags = {coding: answer.get("etag").removeprefix("W/") for coding, answer in variants(subject).items()}
    if not all(tags.values()):
        raise Lacks("no ETag on " + ", ".join(coding for coding, tag in tags.items() if not tag))
    return "all differ" if len(set(tags.values())) == len(tags) else "shared"


@row("Representations", "an ETag of its own for gzip on the fly, or a weak one", "own or weak")
def own_tag_on_the_fly(subject):
    plain = subject.ask("/v/middle.txt")
    coded = subject.ask("/v/middle.txt", "Accept-Encoding: gzip")
    if not coded.get("content-encoding"):
        raise Lacks("not compressed")
    tag = coded.get("etag")
    if not tag:
        raise Lacks("no ETag")
    if tag.startswith("W/"):
        return "weak"
    return "own" if tag != plain.get("etag") else "shared"


@row("Representations", "the second If-None-Match for gzip on the fly", "304")
def again_on_the_fly(subject):
    coded = subject.ask("/v/middle.txt", "Accept-Encoding: gzip")
    if not coded.get("content-encoding"):
        raise Lacks("not compressed")
    if not coded.get("etag"):
        raise Lacks("no ETag")
    again = subject.ask("/v/middle.txt", "Accept-Encoding: gzip", f"If-None-Match: {coded.get('etag')}")
    return str(again.status)


@row("Representations", "If-None-Match with the tag of another coding: not 304 (§8.8.3)", "200")
def tag_of_another(subject):
    found = variants(subject)
    tag = subject.field(PAGE, "ETag")
    coding = next(coding for coding in found if coding != "identity")
    return str(subject.ask(PAGE, f"Accept-Encoding: {coding}", f"If-None-Match: {tag}").status)


def ranged(subject, *fields):
    """Ten octets of the page: of which representation they are, and whether they are right."""
    answer = subject.ask(PAGE, "Accept-Encoding: gzip", "Range: bytes=10-19", *fields)
    coding = answer.get("content-encoding", "identity")
    if answer.status != 206:
        raise Lacks(f"{answer.status} {coding}")  # Range may be ignored
    whole = subject.content("v/page.html.gz" if coding == "gzip" else "v/page.html")
    right = answer.content == whole[10:20] and answer.get("content-range") == f"bytes 10-19/{len(whole)}"
    return f"206 {coding}, {'right' if right else 'wrong'} octets"


@row("Representations", "a range that names no coding is of the file", "206 identity, right octets", own=True)
def range_of_file(subject):
    return ranged(subject)


@row("Representations", "a range with the tag of a coding in If-Range is of that (§14.2)", "206 gzip, right octets")
def range_of_coding(subject):
    answer = subject.ask(PAGE, "Accept-Encoding: gzip")
    if answer.get("content-encoding") != "gzip":
        raise Lacks("one representation")
    return ranged(subject, f"If-Range: {answer.get('etag')}")


@row("Representations", "Content-Type is that of the page, not of the .gz", "text/html")
def type_of_coding(subject):
    answer = subject.ask(PAGE, "Accept-Encoding: gzip")
    if not answer.get("content-encoding"):
        raise Lacks("one representation")
    return answer.media_type().split(";")[0]


def cost(subject, requests, *fields):
    """CPU milliseconds of the server for one request, when all is warm."""
    with subject.connect() as connection:
        connection.ask("/v/middle.txt", *fields)
        for _ in range(requests):
            connection.ask("/v/middle.txt", *fields)
        before = subject.run_seconds()
        for _ in range(requests):
            connection.ask("/v/middle.txt", *fields)
        return 1000 * (subject.run_seconds() - before) / requests


@row(
    "Representations",
    "CPU ms a request, gzip on the fly and as it is: compressed once, then kept",
    "at most twice",
    own=True,
)
def compressed_once(subject):
    if not subject.ask("/v/middle.txt", "Accept-Encoding: gzip").get("content-encoding"):
        raise Lacks("not compressed")
    plain = cost(subject, LEAST_REQUESTS)
    coded = cost(subject, LEAST_REQUESTS, "Accept-Encoding: gzip")
    return f"{coded:.3f}, {plain:.3f}", coded <= max(2 * plain, plain + 0.1)


# ---- types and caching ---------------------------------------------------------------------------


def type_of(name):
    def look(subject):
        return subject.ask(f"/t/{name}").media_type() or "none"

    return look


for name, right in (
    ("module.mjs", "text/javascript;charset=utf-8 or text/javascript or application/javascript"),
    ("font.woff2", "font/woff2"),
    ("picture.avif", "image/avif"),
    ("program.wasm", "application/wasm"),
    ("drawing.svg", "image/svg+xml or image/svg+xml;charset=utf-8"),
    ("data.json", "application/json or application/json;charset=utf-8"),
    ("page.html", "text/html;charset=utf-8"),
):
    row("Types", name, right)(type_of(name))


@row("Types", "X-Content-Type-Options on a file, a 404 and a listing", "all", own=True)
def no_sniffing(subject):
    lacking = [
        target
        for target in ("/t/page.html", "/c/nothing.txt", "/list/")
        if subject.ask(target).get("x-content-type-options") != "nosniff"
    ]
    return "not on " + ", ".join(lacking) if lacking else "all"


@row("Types", "Cache-Control of a file (RFC 9111 §5.2.2)", "no-cache", own=True)
def cache_control(subject):
    return subject.ask("/t/page.html").get("cache-control", "none")


@row("Types", "Cache-Control of a 304 is that of the file", "same")
def cache_control_of_304(subject):
    first = subject.ask("/c/file.txt")
    second = subject.ask("/c/file.txt", f"If-Modified-Since: {ground.DATES['date']}")
    if second.status != 304:
        return str(second.status)
    return "same" if first.get("cache-control") == second.get("cache-control") else "other"


@row("Types", "Content-Location or ETag or Last-Modified: something to validate with (§8.8)", "yes")
def validators(subject):
    answer = subject.ask("/t/page.html")
    return "yes" if answer.get("etag") or answer.get("last-modified") else "none"
