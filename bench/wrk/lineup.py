"""Which servers take part: those of servers.py, the Java peers, and the yardstick."""

import glob
import os
import re
import zipfile
from pathlib import Path

from processes import LOOPBACK, Failure, found_program, output_of, tell
from scenarios import NEWER, SIZES, SMALL, YARDSTICK, compile_c
from servers import Apache, Caddy, Jwebserver, Lighttpd, Nginx, Server, advice, found_passerelle

PROGRAMS = {
    "nginx": ("nginx", Nginx),
    "lighttpd": ("lighttpd", Lighttpd),
    "apache": ("apache2", lambda program: Apache(program, ["dir"])),  # for redirects to folders
    "caddy": ("caddy", Caddy),
}
# Without the first, answers in two pieces wait for acknowledgements; the others are how many connections
# there may be, and how many of them idle.
JWEBSERVER_PROPERTIES = (
    "sun.net.httpserver.nodelay=true",
    "jdk.httpserver.maxConnections=20000",
    "sun.net.httpserver.maxIdleConnections=20000",
)
# Main class, how the names of the threads that serve begin, and what they were not written to do.
JAVA_PEERS = {
    "jetty": ("JettyFiles", ("qtp",), ()),
    "undertow": ("UndertowFiles", ("XNIO-",), ()),
    "netty": ("NettyFiles", ("multiThreadIoEv",), ("ranges", "redirects")),
    # Its 304 has a Content-Length, as it may, and wrk waits for that content.
    "microhttp": (
        "MicrohttpFiles",
        ("connection-even", "event-loop"),
        ("conditions", "ranges", "redirects", "closing", "large files"),
    ),
}
ROOT = Path(__file__).resolve().parents[2]
PEERS_PACKAGE = "passerelle.bench.peers"
JDK_25 = "/usr/lib/jvm/*25*/bin/java"


class JavaPeer(Server):
    """A Java library that serves the same files, started by a main class of benchmarks.jar."""

    is_java = True

    def __init__(self, name, java, jar):
        super().__init__()
        self.name = name
        self.java = java
        self.jar = jar
        self.main, self.serving_threads, lacks = JAVA_PEERS[name]
        self.lacks = frozenset(["scripts", *lacks])

    def version(self):
        """As the build names it, for not all of them say it."""
        version = re.search(rf"<{self.name}\.version>(.*?)<", (ROOT / "pom.xml").read_text())
        return f"{self.name}/{version[1]}" if version else self.name

    def prepare(self, temp, site, scenario):
        where = ["--bind", LOOPBACK, "--port", self.port, site]
        return [self.java, "-cp", self.jar, f"{PEERS_PACKAGE}.{self.main}", *where]


class Epoll(Server):
    """A loop in C that parses nothing; it answers everything with the same page."""

    name = YARDSTICK
    lacks = frozenset(["scripts", "conditions", "ranges", "redirects"])

    def __init__(self, program):
        super().__init__()
        self.program = program

    def version(self):
        return "epoll.c"

    def prepare(self, temp, site, scenario):
        return [self.program, self.port, site / SMALL, *(["close"] if scenario.closes else [])]

    def is_ready(self, token):
        return self.answers("/", lambda content: len(content) == SIZES[SMALL])


def found_servers(chosen, temp):
    """The chosen servers that are here; for those that are not, a line that says why."""
    servers = []
    absent = {}
    for name in chosen.server:
        try:
            servers.append(found_server(name, chosen, temp))
        except Failure as failure:
            if name == "passerelle":
                raise
            tell(f"{name} is left out: {failure}")
            absent[name] = str(failure)
    return servers, absent


def found_server(name, chosen, temp):
    if name == "passerelle":
        return found_passerelle(chosen)
    if name == NEWER:
        return found_passerelle(chosen, newer_java(chosen), NEWER)
    if name == "jwebserver":
        program = Path(newer_java(chosen)).parent / "jwebserver"
        if not program.is_file():
            raise Failure("it comes with a JDK of version 18 or newer: --java25 JDK/bin/java")
        return Jwebserver(program, JWEBSERVER_PROPERTIES)
    if name in JAVA_PEERS:
        return found_java_peer(name, chosen)
    if name == YARDSTICK:
        program = temp / "epoll"
        compile_c(Path(__file__).with_name("epoll.c"), program)
        return Epoll(program)
    command, kind = PROGRAMS[name]
    program = found_program(command, getattr(chosen, name))
    if program is None:
        raise Failure(advice(command))
    return kind(program)


def newer_java(chosen):
    """The second JVM: the one that --java25 names, or one among the system's."""
    found = [chosen.java25] if chosen.java25 else sorted(glob.glob(JDK_25))
    java = found_program(found[0], found[0]) if found else None
    if java is None:
        raise Failure("there is no JDK 25 below /usr/lib/jvm: give --java25 JDK/bin/java")
    return os.path.realpath(java)


def found_java_peer(name, chosen):
    jar = chosen.benchmarks
    main = f"{PEERS_PACKAGE}.{JAVA_PEERS[name][0]}"
    if not jar.is_file():
        raise Failure(f"there is no {jar.name}: build it with mvn -B package -DskipTests")
    with zipfile.ZipFile(jar) as classes:
        if main.replace(".", "/") + ".class" not in classes.namelist():
            raise Failure(f"{jar.name} has no class {main}")
    return JavaPeer(name, found_program("java", chosen.java), jar.resolve())


def jvm_of(java):
    return "; ".join(output_of([java, "-version"]).splitlines())
