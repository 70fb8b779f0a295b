#!/usr/bin/env python3
# A file upload: GET shows the form, POST answers with the file's name, size and SHA-256.
#
# Run:   java -jar server/target/passerelle.jar --cgi /cgi-bin=cgi-samples www
# Open:  http://127.0.0.1:8080/cgi-bin/upload.py
# Or:    curl -F file=@README.md http://127.0.0.1:8080/cgi-bin/upload.py
#
# It does not need the module `cgi`, which Python 3.13 no longer has.

import hashlib
import html
import os
import re
import sys

# The whole request is held in memory, two or three times over while it is taken apart:
# this limit keeps the script below about 50 MB. For larger files, read and hash in pieces.
LIMIT_BYTES = 10 * 1024 * 1024

HEAD = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Upload a file</title>
<link rel="icon" href="/favicon.svg">
<style>
  :root { color-scheme: light dark; --paper: #faf8f3; --ink: #1c2a30; --river: #0f5c6e }
  @media (prefers-color-scheme: dark) { :root { --paper: #0f181c; --ink: #e6edef; --river: #83d0e0 } }
  html { background: var(--paper); border-top: 6px solid var(--river) }
  body { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem;
         color: var(--ink); font: 1.05rem/1.6 system-ui, sans-serif }
  h1 { line-height: 1.2 }
  a { color: var(--river) }
  label, dt { display: block; font-weight: 600 }
  dd { margin: 0 0 .75rem; font-family: ui-monospace, monospace; overflow-wrap: anywhere }
  input, button { font: inherit; max-width: 100% }
  button { padding: .45rem .8rem; border: 0; border-radius: .4rem; cursor: pointer;
           background: var(--river); color: var(--paper); font-weight: 600 }
  input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--river); outline-offset: 2px }
</style>
<main>
"""

FORM = f"""\
<form method="post" enctype="multipart/form-data">
<p><label for="file">A file of at most {LIMIT_BYTES // (1024 * 1024)} MiB</label>
<input id="file" name="file" type="file" required></p>
<p><button>Upload</button></p>
</form>
<p>The file is measured and forgotten: nothing is kept.</p>
"""

FOOT = """\
<p><a href="/">Back to the start page</a></p>
</main>
</html>
"""


def answer(status, body):
    page = f"Status: {status}\nContent-Type: text/html; charset=utf-8\n\n{HEAD}{body}{FOOT}"
    sys.stdout.buffer.write(page.encode("utf-8"))  # bytes: UTF-8 whatever the locale is
    sys.exit()


def refuse(status, message):
    answer(status, f"<h1>Upload a file</h1>\n<p>{message}</p>\n{FORM}")


def parts(content, boundary):
    """Takes multipart content apart (RFC 7578): yields the head and the data of each part."""
    for piece in (b"\r\n" + content).split(b"\r\n--" + boundary)[1:]:
        if piece.startswith(b"--"):  # the last boundary has two hyphens after it
            return
        head, _, data = piece.partition(b"\r\n\r\n")
        yield head, data


method = os.environ.get("REQUEST_METHOD", "GET")
if method in ("GET", "HEAD"):
    answer("200 OK", f"<h1>Upload a file</h1>\n{FORM}")
if method != "POST":
    refuse("405 Method Not Allowed\nAllow: GET, HEAD, POST", "This page answers GET and POST.")

# The content type names the boundary: multipart/form-data; boundary=----abc
content_type = os.environ.get("CONTENT_TYPE", "")
boundary = re.match(r'multipart/form-data\s*;.*?\bboundary="?([^";,\s]{1,70})', content_type, re.I)
if not boundary:
    refuse("415 Unsupported Media Type", "Please use the form to send a file.")

length = os.environ.get("CONTENT_LENGTH") or "0"
if not re.fullmatch("[0-9]{1,18}", length):
    refuse("400 Bad Request", "The length of the content is not a number.")
if int(length) > LIMIT_BYTES:
    refuse("413 Content Too Large", "That file is too large.")
content = sys.stdin.buffer.read(int(length))
if len(content) < int(length):
    refuse("400 Bad Request", "The content ended too early.")

for head, data in parts(content, boundary.group(1).encode("ascii", "replace")):
    found = re.search(rb'; *filename="([^"\r\n]+)"', head, re.I)
    if found:
        # The name is for reading only. Never use a name from a request as a path.
        name = found.group(1).decode("utf-8", "replace").replace("%22", '"')
        answer("200 OK", f"""\
<h1>The file arrived</h1>
<dl>
<dt>Name</dt><dd id="filename">{html.escape(name)}</dd>
<dt>Size in bytes</dt><dd id="size">{len(data)}</dd>
<dt>SHA-256</dt><dd id="sha256">{hashlib.sha256(data).hexdigest()}</dd>
</dl>
<p><a href="?">Upload another file</a></p>
""")

refuse("400 Bad Request", "Please choose a file.")
