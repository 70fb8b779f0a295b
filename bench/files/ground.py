"""The site that all servers serve: files of every kind that a row asks for."""

import gzip
import os
import random
import socket
import stat
import time

SECRET = b"the secret outside the root\n"
MODIFIED = 1704164645  # Tue, 02 Jan 2024 03:04:05 GMT
DATES = {
    "date": "Tue, 02 Jan 2024 03:04:05 GMT",
    "rfc850": "Tuesday, 02-Jan-24 03:04:05 GMT",
    "asctime": "Tue Jan  2 03:04:05 2024",
    "before": "Mon, 01 Jan 2024 03:04:05 GMT",
    "before850": "Monday, 01-Jan-24 03:04:05 GMT",
    "beforeasc": "Mon Jan  1 03:04:05 2024",
    "after": "Wed, 03 Jan 2024 03:04:05 GMT",
    "nodate": "Tue, 32 Jan 2024 03:04:05 GMT",
}
TYPES = {
    "module.mjs": b"export default 1\n",
    "font.woff2": b"wOF2",
    "picture.avif": b"avif",
    "program.wasm": b"\0asm",
    "drawing.svg": b"<svg/>",
    "page.html": b"<!doctype html><title>x</title>",
    "data.json": b"{}",
}
HOSTILE = (
    "<img src=x onerror=alert(1)>.txt",
    "<script>alert(1)<",
    "\"quoted\" & 'more'.txt",
    "%41.txt",
    "?query.txt",
    "#part.txt",
    "javascript:alert(1)",
    "colon:first.txt",
    " leading space.txt",
    "back\\slash.txt",
    "new\nline.txt",
    "größe 文.txt",
    "semi;colon.txt",
    "a+b.txt",
)
NFC = "caf\u00e9.txt"
NFD = "cafe\u0301.txt"
HIDDEN = (".hidden.txt", ".git/config")
MANY = 20000
SWAPPED = 4000  # names below a link, so that no cache knows them
GIGA = 1 << 30
FOUR_GIGA_MARK = (4 * GIGA + 10, b"past four gibibytes")
END_MARK = b"the last octets"
SIZES_AT_EDGE = (0, 1, 262143, 262144, 262145)


def text_of(chance, size):
    """Words, which compress well but not absurdly."""
    words = [bytes(chance.choices(b"abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 9))) for _ in range(500)]
    made = b" ".join(chance.choices(words, k=size // 3 + 1))
    return made[:size]


def make(site, scale, groups):
    """Fills the site; big files only where rows of the groups need them."""
    chance = random.Random(2)
    site.parent.joinpath("secret.txt").write_bytes(SECRET)
    write(site, "c/file.txt", text_of(chance, 1000), MODIFIED)
    write(site, "c/other.txt", text_of(chance, 1000), MODIFIED)
    write(site, "c/future.txt", b"from the future\n", int(time.time()) + 365 * 86400)
    write(site, "r/data.bin", chance.randbytes(100_000), MODIFIED)
    write(site, "r/1m.bin", chance.randbytes(1 << 20), MODIFIED)
    sparse(site / "r/5g.bin", 5 * GIGA, *FOUR_GIGA_MARK)
    make_variants(site, chance)
    make_names(site)
    make_links(site)
    make_special(site)
    for name, content in TYPES.items():
        write(site, f"t/{name}", content)
    for name in HOSTILE:
        write(site, f"list/{name}", name.encode())
    write(site, "nolist/a.txt", b"a")
    make_choices(site)
    (site / "f").mkdir()
    if "Listing" in groups:
        (site / "many").mkdir()
        for number in range(MANY):
            os.close(os.open(site / f"many/entry number {number}.txt", os.O_CREAT | os.O_WRONLY, 0o644))
    if "Big and many" in groups or "Sending" in groups:
        make_big(site, chance, scale)
    write(site, "hot.html", text_of(chance, 1024))
    write(site, "one.bin", chance.randbytes(1024))
    write(site, "sixtyfour.bin", chance.randbytes(64 << 10))


def write(site, name, content, modified=None):
    path = site / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if modified:
        os.utime(path, (modified, modified))


def sparse(path, size, position, mark):
    with open(path, "wb") as file:
        file.truncate(size)
        file.seek(position)
        file.write(mark)


def make_variants(site, chance):
    """Pages with compressed siblings. That of gzip is one; the others are only told by their octets."""
    for name in ("page", "only", "stale"):
        page = text_of(chance, 20_000)
        write(site, f"v/{name}.html", page, MODIFIED)
        codings = {".gz": gzip.compress(page)}
        if name == "page":
            codings.update({".br": b"br " + chance.randbytes(3000), ".zst": b"zst " + chance.randbytes(4000)})
        for extension, octets in codings.items():
            write(site, f"v/{name}.html{extension}", octets, MODIFIED - (name == "stale") * 1000)
    # What the stale sibling holds is another text, or nobody could tell.
    write(site, "v/stale.html.gz", gzip.compress(b"an old text " * 2000), MODIFIED - 1000)
    for name, size in (("small", 500), ("middle", 100 << 10), ("large", 5 << 20)):
        write(site, f"v/{name}.txt", text_of(chance, size), MODIFIED)


def make_choices(site):
    for name, content in (("home.htm", b"home"), ("a.foo", b"foo"), ("a.txt", b"a"), ("404.html", b"sorry")):
        write(site, f"choice/{name}", content)
    write(site, "choice/.hidden", b"hidden")
    write(site, "app/index.html", b"<p>the one page</p>")


def make_names(site):
    write(site, "n/index/index.html", b"<p>index</p>")
    write(site, "evil.example/index.html", b"<p>a folder</p>")
    write(site, "\\evil.example/index.html", b"<p>a folder</p>")
    write(site, "n/a b.txt", b"a b")
    write(site, f"n/{NFC}", b"nfc")
    write(site, f"n/{NFD}", b"nfd")
    for name in HIDDEN:
        write(site, name, b"hidden")
    write(site, ".well-known/x", b"well known")
    write(site, ".well-known/.hidden.txt", b"hidden")


def make_links(site):
    for folder in ("l", "swap"):
        (site / folder).mkdir()
    write(site.parent, "outside/file.txt", SECRET)
    write(site, "swap/inside/file.txt", b"inside")
    for folder in (site.parent / "outside", site / "swap/inside"):
        for number in range(SWAPPED):
            os.link(folder / "file.txt", folder / f"{number}.txt")
    (site / "l/inside.txt").symlink_to("../c/file.txt")
    (site / "l/outside.txt").symlink_to("../../secret.txt")
    (site / "l/outside").symlink_to("../../outside")
    (site / "l/dangling.txt").symlink_to("nothing.txt")
    (site / "l/loop.txt").symlink_to("loop.txt")
    (site / "swap/file.txt").symlink_to("inside/file.txt")
    (site / "swap/folder").symlink_to("inside")


def make_special(site):
    folder = site / "s"
    folder.mkdir()
    os.mkfifo(folder / "fifo.txt", 0o644)
    with socket.socket(socket.AF_UNIX) as unix:
        here = os.getcwd()
        os.chdir(folder)  # the path of a socket must be short
        try:
            unix.bind("socket.txt")
        finally:
            os.chdir(here)
    os.chmod(folder / "socket.txt", 0o644)
    if os.geteuid() == 0:
        os.mknod(folder / "zero.txt", 0o644 | stat.S_IFCHR, os.makedev(1, 5))


def make_big(site, chance, scale):
    for size in SIZES_AT_EDGE:
        write(site, f"b/{size}.bin", chance.randbytes(size))
    for name, size in (("2g-1", 2 * GIGA - 1), ("2g+1", 2 * GIGA + 1), ("1t", 1 << 40)):
        sparse(site / f"b/{name}.bin", size, size - len(END_MARK), END_MARK)
    write(site, "b/slow.bin", chance.randbytes(10 << 20))
    write(site, "b/shrinking.bin", b"x")
    write(site, "b/hundred.bin", chance.randbytes(scale.large_octets))
