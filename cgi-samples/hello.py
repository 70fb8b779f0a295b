#!/usr/bin/env python3
# The smallest useful CGI script, in Python: a header line, an empty line, then the page.
#
# Run:   java -jar server/target/passerelle.jar --cgi /cgi-bin=cgi-samples www
# Open:  http://127.0.0.1:8080/cgi-bin/hello.py

import sys

PAGE = """\
Content-Type: text/html; charset=utf-8

<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hello from Python</title>
<link rel="icon" href="/favicon.svg">
<style>
  :root { color-scheme: light dark; --paper: #faf8f3; --ink: #1c2a30; --river: #0f5c6e }
  @media (prefers-color-scheme: dark) { :root { --paper: #0f181c; --ink: #e6edef; --river: #83d0e0 } }
  html { background: var(--paper); border-top: 6px solid var(--river) }
  body { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem;
         color: var(--ink); font: 1.05rem/1.6 system-ui, sans-serif }
  h1 { line-height: 1.2 }
  a { color: var(--river) }
</style>
<main>
<h1>Hello from Python!</h1>
<p>This page was written by <code>hello.py</code>, a Python script.</p>
<p><a href="/">Back to the start page</a></p>
</main>
</html>
"""

# Bytes, not print(): the page is UTF-8 whatever the locale of the server is.
sys.stdout.buffer.write(PAGE.encode("utf-8"))
