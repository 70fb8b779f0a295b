"""Rows: conditions, ranges, and what HEAD and 304 have (RFC 9110 §§9.3.2, 13, 14, 15.3.7, 15.4.5, 15.5.17)."""

import email.utils
import time

import ground
from rows import Lacks, parts_of, row, shape

FILE = "/c/file.txt"
DATA = "/r/data.bin"
BIG = "/r/5g.bin"

# What is asked of the file with the date of ground.DATES and its own tag: title, right, fields.
CONDITIONS = (
    ("If-Match: the tag (§13.1.1)", "200 whole", ["If-Match: {tag}"]),
    ("If-Match: another tag", "412", ['If-Match: "other"']),
    ("If-Match: a list with the tag", "200 whole", ['If-Match: "other", {tag}, "more"']),
    ("If-Match: *", "200 whole", ["If-Match: *"]),
    ("If-Match: the tag, but weak", "412", ["If-Match: {weak}"]),
    ("If-None-Match: the tag (§13.1.2)", "304", ["If-None-Match: {tag}"]),
    ("If-None-Match: another tag", "200 whole", ['If-None-Match: "other"']),
    ("If-None-Match: a list with the tag", "304", ['If-None-Match: "other", {tag}']),
    ("If-None-Match: a list in two lines", "304", ['If-None-Match: "other"', "If-None-Match: {tag}"]),
    ("If-None-Match: a tag with a comma before it", "304", ['If-None-Match: "a, b",, {tag}']),
    ("If-None-Match: the tag, but weak", "304", ["If-None-Match: {weak}"]),
    ("If-None-Match: *", "304", ["If-None-Match: *"]),
    ("If-Modified-Since: its date, IMF-fixdate (§13.1.3, §5.6.7)", "304", ["If-Modified-Since: {date}"]),
    ("If-Modified-Since: its date, RFC 850", "304", ["If-Modified-Since: {rfc850}"]),
    ("If-Modified-Since: its date, asctime", "304", ["If-Modified-Since: {asctime}"]),
    ("If-Modified-Since: a later date", "304", ["If-Modified-Since: {after}"]),
    ("If-Modified-Since: an earlier date", "200 whole", ["If-Modified-Since: {before}"]),
    ("If-Modified-Since: an earlier date, RFC 850", "200 whole", ["If-Modified-Since: {before850}"]),
    ("If-Modified-Since: an earlier date, asctime", "200 whole", ["If-Modified-Since: {beforeasc}"]),
    ("If-Modified-Since: no date", "200 whole", ["If-Modified-Since: {nodate}"]),
    ("If-Modified-Since: nonsense", "200 whole", ["If-Modified-Since: yesterday"]),
    ("If-Unmodified-Since: its date (§13.1.4)", "200 whole", ["If-Unmodified-Since: {date}"]),
    ("If-Unmodified-Since: its date, RFC 850", "200 whole", ["If-Unmodified-Since: {rfc850}"]),
    ("If-Unmodified-Since: its date, asctime", "200 whole", ["If-Unmodified-Since: {asctime}"]),
    ("If-Unmodified-Since: an earlier date", "412", ["If-Unmodified-Since: {before}"]),
    ("If-Unmodified-Since: an earlier date, RFC 850", "412", ["If-Unmodified-Since: {before850}"]),
    ("If-Unmodified-Since: an earlier date, asctime", "412", ["If-Unmodified-Since: {beforeasc}"]),
    ("If-Unmodified-Since: no date", "200 whole", ["If-Unmodified-Since: {nodate}"]),
    ("If-None-Match matches, If-Modified-Since does not (§13.2.2)", "304",
     ["If-None-Match: {tag}", "If-Modified-Since: {before}"]),
    ("If-Modified-Since matches, If-None-Match does not", "200 whole",
     ['If-None-Match: "other"', "If-Modified-Since: {date}"]),
    ("If-Match holds, If-Unmodified-Since does not", "200 whole",
     ["If-Match: {tag}", "If-Unmodified-Since: {before}"]),
    ("If-Unmodified-Since holds, If-Match does not", "412",
     ['If-Match: "other"', "If-Unmodified-Since: {date}"]),
    ("If-Match fails before If-None-Match matches", "412",
     ['If-Match: "other"', "If-None-Match: {tag}"]),
    ("If-Match holds, then If-None-Match matches", "304", ["If-Match: {tag}", "If-None-Match: {tag}"]),
    ("If-None-Match matches, Range is not looked at", "304", ["If-None-Match: {tag}", "Range: bytes=0-9"]),
    ("If-Range: the tag (§13.1.5)", "206 0-9", ["If-Range: {tag}", "Range: bytes=0-9"]),
    ("If-Range: the tag, but weak", "200 whole", ["If-Range: {weak}", "Range: bytes=0-9"]),
    ("If-Range: another tag", "200 whole", ['If-Range: "other"', "Range: bytes=0-9"]),
    ("If-Range: its date", "206 0-9", ["If-Range: {date}", "Range: bytes=0-9"]),
    ("If-Range: an earlier date", "200 whole", ["If-Range: {before}", "Range: bytes=0-9"]),
    ("If-Range: a later date", "200 whole", ["If-Range: {after}", "Range: bytes=0-9"]),
    ("If-Range: another tag, range not satisfiable", "200 whole",
     ['If-Range: "other"', "Range: bytes=99999999-"]),
)

# Of a file of 100,000 octets.
RANGES = (
    ("first to last (§14.1.2)", "206 100-199", "bytes=100-199"),
    ("one octet", "206 0-0", "bytes=0-0"),
    ("open end", "206 99000-99999", "bytes=99000-"),
    ("suffix", "206 99500-99999", "bytes=-500"),
    ("suffix longer than the file", "206 0-99999", "bytes=-5000000"),
    ("last beyond the end", "206 99990-99999", "bytes=99990-123456"),
    ("last beyond any number", "206 99990-99999", "bytes=99990-99999999999999999999999999"),
    ("begins at the end: 416 (§15.5.17)", "416", "bytes=100000-"),
    ("begins beyond any number: 416", "416", "bytes=99999999999999999999999999-"),
    ("suffix of 0: 416", "416", "bytes=-0"),
    ("last before first: ignored", "200 whole", "bytes=5-2"),
    ("no range: ignored", "200 whole", "bytes=abc"),
    ("another unit: ignored (§14.2)", "200 whole", "lines=0-5"),
    ("the unit in capitals (§14.1)", "206 0-9", "BYTES=0-9"),
    ("several, compared octet by octet (§15.3.7.2)", "206 0-9, 500-599, 99990-99999", "bytes=0-9,500-599,-10"),
    ("several, with blanks and empty elements (§5.6.1)", "206 0-9, 500-509", "bytes=0-9, , 500-509,"),
    ("the order is kept", "206 5000-5009, 0-9", "bytes=5000-5009,0-9"),
    ("one of two satisfiable", "206 0-9", "bytes=200000-,0-9"),
    ("none of two satisfiable", "416", "bytes=200000-,300000-"),
)


def values_for(subject, fields):
    """The fields with the tag of the file and the dates filled in."""
    values = dict(ground.DATES)
    if any("{tag}" in field or "{weak}" in field for field in fields):
        tag = subject.field(FILE, "ETag")
        values["tag"] = tag
        values["weak"] = tag if tag.startswith("W/") else f"W/{tag}"
    return [field.format_map(values) for field in fields]


def taken(fact):
    """The fact, but for an ignored Range, which a server may always do (§14.2)."""
    if fact.startswith("200"):
        raise Lacks(fact)
    return fact


def asks(right, fields):
    def look(subject):
        fact = shape(subject.ask(FILE, *values_for(subject, fields)), subject.content("c/file.txt"))
        return taken(fact) if right.startswith("206") else fact

    return look


for title, right, fields in CONDITIONS:
    row("Conditions", title, right)(asks(right, fields))


@row("Conditions", "If-Match with no tag of the file on HEAD", "412")
def head_is_conditional(subject):
    return str(subject.ask(FILE, 'If-Match: "other"', method="HEAD").status)


@row("Conditions", "a condition on a file that is not there is not looked at (§13.2.1)", "404")
def condition_on_nothing(subject):
    return str(subject.ask("/c/nothing.txt", 'If-Match: "other"').status)


@row(
    "Conditions",
    "a 304 has what 200 has of ETag, Cache-Control, Vary, Content-Location, Expires, and Date (§15.4.5)",
    "all",
)
def fields_of_304(subject):
    tag = subject.field("/v/page.html", "ETag")
    before = subject.ask("/v/page.html")
    answer = subject.ask("/v/page.html", f"If-None-Match: {tag}")
    if answer.status != 304:
        return str(answer.status)
    wanted = {"etag", "cache-control", "vary", "content-location", "expires", "date"}
    lacking = sorted((wanted & before.names() | {"date"}) - answer.names())
    return "lacks " + ", ".join(lacking) if lacking else "all"


@row("Conditions", "a 304 has no Content-Length of something else, no Content-Type (§8.6, §15.4.5)", "neither")
def no_content_in_304(subject):
    before = subject.ask(FILE)
    answer = subject.ask(FILE, f"If-Modified-Since: {ground.DATES['date']}")
    if answer.status != 304:
        return str(answer.status)
    found = []
    if answer.get("content-length", before.get("content-length")) != before.get("content-length"):
        found.append(f"Content-Length: {answer.get('content-length')}")
    found += ["Content-Type"] if answer.get("content-type") else []
    return ", ".join(found) or "neither"


@row("Conditions", "Last-Modified of a file from the future is not later than Date (§8.8.2.1)", "not later")
def not_from_the_future(subject):
    answer = subject.ask("/c/future.txt")
    if not answer.get("last-modified"):
        return "none", True
    told = email.utils.parsedate_to_datetime(answer.get("last-modified")).timestamp()
    return "not later" if told <= time.time() + 1 else "later"


@row("Conditions", "the tag of a 206, a 304 and a 200 is the same", "same")
def same_tag(subject):
    tag = subject.field(FILE, "ETag")
    answers = [
        subject.ask(FILE, "Range: bytes=0-9"),
        subject.ask(FILE, f"If-None-Match: {tag}"),
        subject.ask(FILE, method="HEAD"),
    ]
    others = {answer.get("etag") for answer in answers} - {tag}
    return "other: " + ", ".join(sorted(others)) if others else "same"


# ---- HEAD ----------------------------------------------------------------------------------------


def head_as_get(target, *fields):
    """HEAD has the fields of GET, but for those that only sending makes, and no content."""

    def look(subject):
        get = subject.ask(target, *fields)
        with subject.connect() as connection:
            head = connection.ask(target, *fields, method="HEAD")
            if head.get("connection").lower() == "close":
                after = b"content" if connection.quiet(1) else b""
            else:
                after = b"" if connection.ask("/token.html").content == subject.content("token.html") else b"content"
        if after:
            return "content follows"
        if head.status != get.status:
            return f"{head.status} instead of {get.status}"
        free = {"date", "connection", "keep-alive", "content-length", "transfer-encoding"}
        pairs = {pair for pair in get.fields if pair[0] not in free}
        lacking = sorted({name for name, _ in pairs - set(head.fields)})
        told = head.get("content-length", get.get("content-length"))
        if told != get.get("content-length"):
            lacking.append(f"Content-Length: {told}")
        return "other: " + ", ".join(lacking) if lacking else "same"

    return look


row("HEAD", "the fields of GET, no content: file (§9.3.2)", "same")(head_as_get(FILE))
row("HEAD", "404", "same")(head_as_get("/c/nothing.txt"))
row("HEAD", "304", "same")(head_as_get(FILE, f"If-Modified-Since: {ground.DATES['date']}"))
row("HEAD", "redirect", "same")(head_as_get("/n/index"))
row("HEAD", "listing", "same")(head_as_get("/list/"))
row("HEAD", "compressed while sent", "same")(head_as_get("/v/middle.txt", "Accept-Encoding: gzip"))


@row("HEAD", "Content-Length of a file is there", "1000")
def length_of_head(subject):
    return subject.ask(FILE, method="HEAD").get("content-length", "none")


# ---- ranges --------------------------------------------------------------------------------------


def asks_range(value, right):
    def look(subject):
        fact = shape(subject.ask(DATA, f"Range: {value}"), subject.content("r/data.bin"))
        return taken(fact) if right != "200 whole" else fact

    return look


for title, right, value in RANGES:
    row("Ranges", title, right)(asks_range(value, right))


@row("Ranges", "overlapping and adjacent ones are made one (§15.3.7.2: may)", "206 0-199", own=True)
def coalesced(subject):
    return asks_range("bytes=0-99,50-149,150-199", "206 0-199")(subject)


def bomb(value):
    def look(subject):
        answer = subject.ask("/r/1m.bin", f"Range: {value}", most=1 << 31, keep=0)
        megabytes = answer.octets / (1 << 20)
        return f"{answer.status}, {megabytes:.2f} MiB", megabytes <= 2

    return look


row("Ranges", "1,000 ranges of 1 MiB each ask for no more than twice the file (§14.2)", "at most 2 MiB")(
    bomb("bytes=" + ",".join(["0-"] * 1000))
)
row("Ranges", "500 ranges of one octet", "at most 2 MiB")(
    bomb("bytes=" + ",".join(f"{2 * number}-{2 * number}" for number in range(500)))
)


@row("Ranges", "Accept-Ranges: bytes (§14.3: may)", "bytes", own=True)
def accept_ranges(subject):
    return subject.ask(DATA).get("accept-ranges", "none")


@row("Ranges", "on HEAD: ignored (§14.2)", "200, Content-Length: 100000")
def range_on_head(subject):
    answer = subject.ask(DATA, "Range: bytes=0-9", method="HEAD")
    return f"{answer.status}, Content-Length: {answer.get('content-length', 'none')}"


@row("Ranges", "past 4 GiB", "206, right octets")
def past_four_gibibytes(subject):
    first, mark = ground.FOUR_GIGA_MARK
    last = first + len(mark) - 1
    answer = subject.ask(BIG, f"Range: bytes={first}-{last}", most=1 << 20)
    if answer.status != 206:
        return taken(f"{answer.status}")
    wanted = [(first, last, 5 * ground.GIGA, mark)]
    return "206, right octets" if parts_of(answer) == wanted else "206, wrong octets"


@row("Ranges", "several, past 4 GiB and at the begin", "206, right octets")
def several_past_four_gibibytes(subject):
    first, mark = ground.FOUR_GIGA_MARK
    last = first + len(mark) - 1
    answer = subject.ask(BIG, f"Range: bytes={first}-{last},0-3", most=1 << 20)
    if answer.status != 206:
        return taken(f"{answer.status}")
    size = 5 * ground.GIGA
    wanted = [(first, last, size, mark), (0, 3, size, bytes(4))]
    return "206, right octets" if parts_of(answer) == wanted else "206, wrong octets"


@row("Ranges", "of an empty file, suffix (§14.1.2)", "416 or 200", own=True)
def range_of_nothing(subject):
    if not (subject.site / "b/0.bin").exists():
        (subject.site / "b").mkdir(exist_ok=True)
        (subject.site / "b/0.bin").touch()
    answer = subject.ask("/b/0.bin", "Range: bytes=-5")
    if answer.status == 200 and answer.octets:
        raise Lacks("content from an empty file")
    return str(answer.status)
