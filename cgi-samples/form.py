#!/usr/bin/env python3
# A form: GET shows it, POST reads the name from it and greets.
#
# Run:   java -jar server/target/passerelle.jar --cgi /cgi-bin=cgi-samples www
# Open:  http://127.0.0.1:8080/cgi-bin/form.py
# Or:    curl --data-urlencode 'name=Zoé' http://127.0.0.1:8080/cgi-bin/form.py
#
# It does not need the module `cgi`, which Python 3.13 no longer has.

import html
import os
import re
import sys
from urllib.parse import parse_qs

LIMIT_BYTES = 64 * 1024  # far more than a name needs, and little memory

HEAD = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A form</title>
<link rel="icon" href="/favicon.svg">
<style>
  :root { color-scheme: light dark; --paper: #faf8f3; --ink: #1c2a30; --river: #0f5c6e; --edge: #767d78 }
  @media (prefers-color-scheme: dark) { :root { --paper: #0f181c; --ink: #e6edef; --river: #83d0e0; --edge: #7d929b } }
  html { background: var(--paper); border-top: 6px solid var(--river) }
  body { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem;
         color: var(--ink); font: 1.05rem/1.6 system-ui, sans-serif }
  h1 { line-height: 1.2; overflow-wrap: anywhere }
  a { color: var(--river) }
  label { display: block; font-weight: 600 }
  input, button { font: inherit; padding: .45rem .8rem; border: 1px solid var(--edge); border-radius: .4rem }
  input { width: 16rem; max-width: 100%; box-sizing: border-box; background: transparent; color: inherit }
  button { margin-top: .5rem; background: var(--river); color: var(--paper); font-weight: 600; cursor: pointer }
  input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--river); outline-offset: 2px }
</style>
<main>
"""

FORM = """\
<form method="post">
<p><label for="name">Your name</label>
<input id="name" name="name" maxlength="100" autocomplete="name" required>
<button>Say hello</button></p>
</form>
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
    answer(status, f"<h1>A form</h1>\n<p>{message}</p>\n{FORM}")


method = os.environ.get("REQUEST_METHOD", "GET")
if method in ("GET", "HEAD"):
    answer("200 OK", f"<h1>A form</h1>\n{FORM}")
if method != "POST":
    refuse("405 Method Not Allowed\nAllow: GET, HEAD, POST", "This page answers GET and POST.")

# Read exactly CONTENT_LENGTH bytes: a script must not wait for the end of its input.
# The variable is missing when the request has no content.
length = os.environ.get("CONTENT_LENGTH") or "0"
if not re.fullmatch("[0-9]{1,18}", length):
    refuse("400 Bad Request", "The length of the content is not a number.")
if int(length) > LIMIT_BYTES:
    refuse("413 Content Too Large", "That is more than a name.")
content = sys.stdin.buffer.read(int(length))
if len(content) < int(length):
    refuse("400 Bad Request", "The content ended too early.")

fields = parse_qs(content.decode("utf-8", "replace"))
name = " ".join(fields.get("name", [""])[0].split())  # also trims
if not name:
    refuse("400 Bad Request", "Please type a name.")

# html.escape: without it, a name such as <script> would become part of the page.
answer("200 OK", f"""\
<h1 id="greeting">Hello, {html.escape(name)}!</h1>
<p><a href="?">Greet someone else</a></p>
""")
