#!/usr/bin/env python3
# The two redirects of CGI. Both lead to hello.py; look at the address bar for the difference.
#
#   Location: /cgi-bin/hello.py          a local redirect: the server fetches that page itself,
#                                        and the browser never knows
#   Location: http://host/cgi-bin/...    a client redirect: the browser gets a 302 and asks again
#
# Run:   java -jar server/target/passerelle.jar --cgi /cgi-bin=cgi-samples www
# Open:  http://127.0.0.1:8080/cgi-bin/redirect.py

import os
import re
import sys
from urllib.parse import parse_qs, quote

PAGE = """\
Content-Type: text/html; charset=utf-8

<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Two redirects</title>
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
<h1>Two redirects</h1>
<p>Both links lead to the same page. Look at the address bar after each.</p>
<ul>
<li><a href="?to=local">Local redirect</a>: the server goes there itself, the address stays.</li>
<li><a href="?to=client">Client redirect</a>: your browser goes there, the address changes.</li>
</ul>
<p><a href="/">Back to the start page</a></p>
</main>
</html>
"""


def target_path():
    # hello.py lies beside this script, wherever that is. SCRIPT_NAME is decoded: quote it again.
    folder = os.environ.get("SCRIPT_NAME", "").rpartition("/")[0]
    return quote("/" + f"{folder}/hello.py".lstrip("/"))


def origin():
    # HTTP_HOST is what the browser sent, so it is used only if it looks like a host and a port.
    host = os.environ.get("HTTP_HOST", "")
    if not re.fullmatch(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?", host):
        host = os.environ.get("SERVER_NAME", "127.0.0.1") + ":" + os.environ.get("SERVER_PORT", "80")
    scheme = "https" if os.environ.get("HTTPS") == "on" else "http"
    return f"{scheme}://{host}"


# The query only chooses between fixed targets. A script that redirects to any address it is
# given would lend its good name to strangers (an "open redirect").
choice = parse_qs(os.environ.get("QUERY_STRING", "")).get("to", [""])[0]
if choice == "local":
    out = f"Location: {target_path()}\n\n"
elif choice == "client":
    out = f"Location: {origin()}{target_path()}\n\n"
else:
    out = PAGE
sys.stdout.buffer.write(out.encode("utf-8"))
