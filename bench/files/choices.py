"""Rows: what a site can choose: its index page, types, fields, error pages, links, hidden names."""

import wire
from rows import Lacks, row

BARE = ("jwebserver", "http.server")  # nothing can be chosen there
PLACE = "No/Such/Place"


def chosen(title, right, target, options, fact, asked=()):
    """A row about one choice. Passerelle is started with the options, others are configured so."""

    @row("Choices", title, right, own=True)
    def look(subject):
        if subject.name in BARE:
            raise Lacks("no such choice")
        if subject.name != "passerelle":
            return fact(subject, subject.ask(target, *asked))
        with subject.again(*options) as other:
            return fact(subject, wire.ask(other.port, target, *asked))


def status(subject, answer):
    return str(answer.status)


def status_and_content(subject, answer):
    return f"{answer.status}, {answer.content[:40].decode('latin-1').strip()}"


def field(name):
    return lambda subject, answer: answer.get(name, "none")


chosen("an index page of another name", "200, home", "/choice/", ["--index", "home.htm"], status_and_content)
chosen("a type for an extension", "text/x-foo;charset=utf-8", "/choice/a.foo", ["--mime", ".foo=text/x-foo"],
       lambda subject, answer: answer.media_type())
chosen("Cache-Control", "max-age=60", "/choice/a.txt", ["--cache", "max-age=60"], field("Cache-Control"))
chosen("a field for every answer", "1", "/choice/a.txt", ["--header", "X-Choice: 1"], field("X-Choice"))
chosen("the same on a 404", "1", "/choice/none", ["--header", "X-Choice: 1"], field("X-Choice"))
chosen("other origins may read (CORS)", "*", "/choice/a.txt", ["--cors"], field("Access-Control-Allow-Origin"))
chosen("a page for 404", "404, sorry", "/choice/none", ["--error-page", "404=choice/404.html"], status_and_content)
chosen("hidden names", "200", "/choice/.hidden", ["--hidden"], status)


@row("Choices", "one page for all places (--spa): a place, a missing file", "200, 404", own=True)
def single_page(subject):
    if subject.name in BARE:
        raise Lacks("no such choice")
    targets = (f"/app/{PLACE}", "/app/none.js")
    if subject.name != "passerelle":
        return ", ".join(str(subject.ask(target).status) for target in targets)
    with subject.again("--spa", "--index", "hot.html") as other:
        page = wire.ask(other.port, targets[0])
        if page.content != subject.content("hot.html"):
            return f"{page.status}, not the start page"
        return f"{page.status}, {wire.ask(other.port, targets[1]).status}"


@row("Choices", "links: all are followed", "200", own=True)
def all_links(subject):
    if subject.name != "passerelle":
        raise Lacks("see Links")
    with subject.again("--symlinks", "follow") as other:
        return str(wire.ask(other.port, "/l/outside.txt").status)


@row("Choices", "links: none is followed", "403", own=True)
def no_links(subject):
    if subject.name != "passerelle":
        raise Lacks("see Links")
    with subject.again("--symlinks", "deny") as other:
        return str(wire.ask(other.port, "/l/inside.txt").status)
