/*
 * The smallest useful CGI program, in C: a header line, an empty line, then the page.
 *
 * Build: cd cgi-samples && cc -O2 -o hello-c.cgi hello.c
 * Run:   java -jar server/target/passerelle.jar --cgi /cgi-bin=cgi-samples www
 * Open:  http://127.0.0.1:8080/cgi-bin/hello-c.cgi
 */
#include <stdio.h>

static const char page[] =
    "Content-Type: text/html; charset=utf-8\n"
    "\n"
    "<!doctype html>\n"
    "<html lang=\"en\">\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Hello from C</title>\n"
    "<link rel=\"icon\" href=\"/favicon.svg\">\n"
    "<style>\n"
    "  :root { color-scheme: light dark; --paper: #faf8f3; --ink: #1c2a30; --river: #0f5c6e }\n"
    "  @media (prefers-color-scheme: dark) { :root { --paper: #0f181c; --ink: #e6edef; --river: #83d0e0 } }\n"
    "  html { background: var(--paper); border-top: 6px solid var(--river) }\n"
    "  body { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem;\n"
    "         color: var(--ink); font: 1.05rem/1.6 system-ui, sans-serif }\n"
    "  h1 { line-height: 1.2 }\n"
    "  a { color: var(--river) }\n"
    "</style>\n"
    "<main>\n"
    "<h1>Hello from C!</h1>\n"
    "<p>This page was written by <code>hello-c.cgi</code>, a compiled C program.</p>\n"
    "<p><a href=\"/\">Back to the start page</a></p>\n"
    "</main>\n"
    "</html>\n";

int main(void)
{
    return fputs(page, stdout) == EOF || fflush(stdout) == EOF;
}
