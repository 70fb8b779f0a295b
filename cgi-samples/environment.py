#!/usr/bin/env python3
# Shows what the server tells a script: the CGI meta-variables, as a table.
#
# Run:   java -jar server/target/passerelle.jar --cgi /cgi-bin=cgi-samples www
# Open:  http://127.0.0.1:8080/cgi-bin/environment.py/extra/path?colour=blue
#
# Good for learning, not for a public server: it shows cookies and addresses too.
# If LC_CTYPE is in the table, Python itself set it, because it was started with no locale.

import html
import os
import sys

HEAD = """\
Content-Type: text/html; charset=utf-8

<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The environment of a script</title>
<link rel="icon" href="/favicon.svg">
<style>
  :root { color-scheme: light dark; --paper: #faf8f3; --ink: #1c2a30; --river: #0f5c6e; --line: #d8d3c6 }
  @media (prefers-color-scheme: dark) { :root { --paper: #0f181c; --ink: #e6edef; --river: #83d0e0; --line: #33454d } }
  html { background: var(--paper); border-top: 6px solid var(--river) }
  body { max-width: 52rem; margin: 0 auto; padding: 2rem 1.25rem;
         color: var(--ink); font: 1.05rem/1.6 system-ui, sans-serif }
  h1 { line-height: 1.2 }
  a { color: var(--river) }
  table { width: 100%; border-collapse: collapse; font-size: .95rem }
  th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
  td, tbody th { font-family: ui-monospace, monospace; font-weight: 400; overflow-wrap: anywhere }
  tbody th { color: var(--river); white-space: nowrap }
  @media (max-width: 40rem) { thead { display: none } tr, th, td { display: block; padding: 0; border: 0 }
                              tr { padding: .4rem 0; border-bottom: 1px solid var(--line) } }
</style>
<main>
<h1>The environment of a script</h1>
<p>The server hands a script what it knows of the request in these variables.
The names that begin with <code>HTTP_</code> are the header fields of your browser.
Add <a href="?colour=blue&amp;drink=caf%C3%A9">a query</a> and look at <code>QUERY_STRING</code>.</p>
<table>
<thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
<tbody>
"""

FOOT = """\
</tbody>
</table>
<p><a href="/">Back to the start page</a></p>
</main>
</html>
"""


def escaped(value):
    # Bytes that are not UTF-8 become a replacement character; <, >, & and quotes become harmless.
    return html.escape(value.decode("utf-8", "replace"))


rows = [
    f'<tr><th scope="row">{escaped(name)}</th><td>{escaped(value) or "&nbsp;"}</td></tr>\n'
    for name, value in sorted(os.environb.items())
]
sys.stdout.buffer.write((HEAD + "".join(rows) + FOOT).encode("utf-8"))
