"""The servers that run side by side: their configuration, how they start and end."""

import contextlib
import http.client
import os
import pwd
import re
import resource
import shlex
import subprocess
import sys
import time

from configurations import APACHE_CGI, APACHE_CONF, CADDY_CONF, LIGHTTPD_CONF, NGINX_CONF
from processes import (
    LOOPBACK,
    Failure,
    cpu_seconds,
    end,
    found_program,
    free_port,
    output_of,
    start,
)

# For clients that come and go; scenarios with more make_room.
USUAL_CONNECTIONS = 4096
PACKAGES = {
    "nginx": "nginx-light",
    "lighttpd": "lighttpd",
    "apache2": "apache2",
    "caddy": "caddy",
    "jwebserver": "openjdk-21-jdk-headless",
    "wrk": "wrk",
    "h2load": "nghttp2-client",
}
APACHE_THREADS = 256
APACHE_MODULES = "/usr/lib/apache2/modules"


def advice(program):
    return f"{program} is not here: install the Debian package {PACKAGES[program]}"


class Server:
    """One kind of server, and the one instance of it that runs."""

    name = ""
    lacks = frozenset()  # what it cannot do, in the words of scenarios.py
    is_java = False
    address = LOOPBACK  # where it listens
    # How the names of the threads that serve connections begin; none: all of its threads do.
    serving_threads = ()

    def __init__(self):
        self.process = None
        self.port = 0
        self.command = []
        self.config = None

    def make_room(self, connections, busy=0):
        """Lets it have so many connections, some of them busy at the same time; returns how many it takes."""
        return connections

    def version(self):
        raise NotImplementedError

    def prepare(self, temp, site, scenario):
        """Writes the configuration and returns the command."""
        raise NotImplementedError

    def launch(self, temp, site, scenario):
        """Starts the program on a free port; returns when that was, in seconds of the monotonic clock."""
        self.port = free_port()
        self.command = self.prepare(temp, site, scenario)
        with open(temp / f"{self.name}.out", "wb") as out:
            begun = time.monotonic()
            self.process = start(self.command, stdout=out, stderr=subprocess.STDOUT, cwd=temp)
        return begun

    def start(self, temp, site, token, scenario):
        for _ in range(3):  # somebody else may take the port before the server does
            self.launch(temp, site, scenario)
            if self.is_ready(token):
                return
            self.stop()
        said = (temp / f"{self.name}.out").read_text(errors="replace").strip()
        raise Failure(f"{self.name} did not start: {said or 'it printed nothing'}")

    def is_ready(self, token):
        """Waits until the server, and not another one on the same port, serves the token."""
        return self.answers("/token.html", lambda content: content == token)

    def answers(self, path, is_right):
        """Waits until what it sends for a path is right; False if it does not come to that."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                client = http.client.HTTPConnection(self.address, self.port, timeout=5)
                client.request("GET", path)
                answer = client.getresponse().read()
                client.close()
                if is_right(answer):
                    return True
            time.sleep(0.05)
        return False

    def stop(self):
        if self.process is not None:
            end(self.process)
            self.process = None

    def require_running(self):
        if self.process.poll() is not None:
            raise Failure(f"{self.name} has ended by itself, code {self.process.returncode}")

    def cpu_seconds(self):
        self.require_running()
        return cpu_seconds(self.process.pid)


class Passerelle(Server):
    name = "passerelle"
    is_java = True
    serving_threads = ("passerelle-loop",)

    def __init__(self, java, jvm_options, jar, name=name):
        super().__init__()
        self.name = name
        self.java = java
        self.jvm_options = shlex.split(jvm_options)
        self.jar = jar

    def version(self):
        return output_of([self.java, "-jar", str(self.jar), "--version"])

    def prepare(self, temp, site, scenario):
        cgi = ["--cgi", "/cgi-bin"] if scenario.is_cgi else []
        options = ["--bind", self.address, "--port", self.port, *cgi, site]
        return [self.java, *self.jvm_options, "-jar", self.jar, *options]


def found_passerelle(chosen, jvm=None, name=Passerelle.name):
    """The server that --jar, --java and --jvm-options name; with another JVM, if one is given."""
    if not chosen.jar.is_file():
        raise Failure(f"there is no {chosen.jar}: build it with mvn -B package -DskipTests")
    java = jvm or found_program("java", chosen.java)
    if java is None:
        raise Failure("java is not here: install openjdk-17-jre-headless, or give --java")
    return Passerelle(java, chosen.jvm_options, chosen.jar.resolve(), name)


class Nginx(Server):
    name = "nginx"
    lacks = frozenset(["scripts"])

    def __init__(self, program, more=""):
        super().__init__()
        self.program = program
        self.more = more  # lines for its configuration
        self.connections = USUAL_CONNECTIONS

    def make_room(self, connections, busy=0):
        self.connections = max(USUAL_CONNECTIONS, connections)
        return connections

    def version(self):
        return output_of([self.program, "-v"]).removeprefix("nginx version: ")

    def prepare(self, temp, site, scenario):
        # Started by root, the workers would become "nobody" and could not read the directory.
        user = "user root;" if os.geteuid() == 0 else ""
        # Head and file in one packet; but with pipelining it makes the last answer of a row wait
        # for the client's delayed acknowledgement, 40 ms.
        nopush = "off" if scenario.depth > 1 else "on"
        self.config = NGINX_CONF.format(
            user=user,
            nopush=nopush,
            # When less than a sixteenth of its room is left, it begins to close idle connections.
            connections=self.connections * 16 // 15 + 100,
            temp=temp,
            site=site,
            address=self.address,
            port=self.port,
            more=self.more,
        ).lstrip()
        conf = temp / "nginx.conf"
        conf.write_text(self.config)
        return [self.program, "-e", temp / "nginx.log", "-p", temp, "-c", conf]


class Lighttpd(Server):
    name = "lighttpd"

    def __init__(self, program, modules=(), more=""):
        super().__init__()
        self.program = program
        self.modules = modules
        self.more = more  # lines for its configuration
        self.connections = USUAL_CONNECTIONS

    def make_room(self, connections, busy=0):
        # It takes half as many connections as it may have descriptors.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1] // 2
        self.connections = min(max(USUAL_CONNECTIONS, connections), most)
        return min(connections, most)

    def version(self):
        lines = output_of([self.program, "-v"]).splitlines()
        return re.sub(r" - .*", "", lines[0]) if lines else ""

    def prepare(self, temp, site, scenario):
        # The first that knows what to do with a file or folder does it.
        modules = [*self.modules, *(["mod_cgi"] if scenario.is_cgi else []), "mod_staticfile"]
        self.config = LIGHTTPD_CONF.format(
            temp=temp,
            site=site,
            address=self.address,
            port=self.port,
            modules=", ".join(f'"{module}"' for module in modules),
            descriptors=2 * self.connections,
            connections=self.connections,
            cgi='cgi.assign = ( ".cgi" => "" )' if scenario.is_cgi else "",
            more=self.more,
        )
        conf = temp / "lighttpd.conf"
        conf.write_text(self.config)
        return [self.program, "-D", "-f", conf]


class Apache(Server):
    name = "apache"

    def __init__(self, program, modules=(), more=""):
        super().__init__()
        self.program = program
        self.modules = ["mpm_event", "authz_core", "mime", *modules]
        self.more = more  # lines for its configuration
        self.threads = APACHE_THREADS

    def make_room(self, connections, busy=0):
        # When all threads are busy, it ends connections that are to be kept.
        self.threads = max(APACHE_THREADS, 2 * busy)
        return connections

    def version(self):
        version = re.search(r"Apache/[0-9.]+", output_of([self.program, "-v"]))
        return version[0] if version else ""

    def prepare(self, temp, site, scenario):
        # Started by root it will not serve as root: "nobody" must be able to read the directory.
        nobody = pwd.getpwnam("nobody")
        user = f"User #{nobody.pw_uid}\nGroup #{nobody.pw_gid}" if os.geteuid() == 0 else ""
        modules = self.modules + (["cgid"] if scenario.is_cgi else [])
        self.config = APACHE_CONF.format(
            user=user,
            threads=self.threads,
            temp=temp,
            site=site,
            address=self.address,
            port=self.port,
            modules="\n".join(f"LoadModule {m}_module {APACHE_MODULES}/mod_{m}.so" for m in modules),
            cgi=APACHE_CGI.format(temp=temp, site=site) if scenario.is_cgi else "",
            more=self.more,
        ).lstrip()
        conf = temp / "apache2.conf"
        conf.write_text(self.config)
        return [self.program, "-D", "FOREGROUND", "-d", temp, "-f", conf]


class Caddy(Server):
    name = "caddy"
    lacks = frozenset(["scripts"])

    def __init__(self, program, more="", files=""):
        super().__init__()
        self.program = program
        self.more = more  # lines for its configuration
        self.files = files  # and for its file server

    def version(self):
        return f"caddy/{output_of([self.program, 'version']).split(' ')[0]}"

    def prepare(self, temp, site, scenario):
        self.config = CADDY_CONF.format(
            site=site, address=self.address, port=self.port, more=self.more, files=self.files
        )
        conf = temp / "Caddyfile"
        conf.write_text(self.config)
        # It keeps what it knows in the user's folders, unless told otherwise.
        folders = [f"XDG_DATA_HOME={temp}/caddy", f"XDG_CONFIG_HOME={temp}/caddy"]
        return ["env", *folders, self.program, "run", "--adapter", "caddyfile", "--config", conf]


class Jwebserver(Server):
    """The JDK's own server; it has no configuration, but for properties of the JVM."""

    name = "jwebserver"
    lacks = frozenset(["scripts", "conditions", "ranges", "closing"])
    is_java = True
    serving_threads = ("HTTP-Dispatcher",)

    def __init__(self, program, properties=()):
        super().__init__()
        self.program = program
        self.properties = properties

    def version(self):
        return output_of([self.program, "-version"])

    def prepare(self, temp, site, scenario):
        properties = [f"-J-D{name}" for name in self.properties]
        return [self.program, *properties, "-b", self.address, "-p", self.port, "-d", site, "-o", "none"]


class PythonHttp(Server):
    """Python's own server; it has no configuration, either."""

    name = "http.server"

    def version(self):
        return f"Python {sys.version.split()[0]} http.server"

    def prepare(self, temp, site, scenario):
        where = ["--bind", self.address, "--directory", site, "--protocol", "HTTP/1.1"]
        return [sys.executable, "-m", "http.server", *where, self.port]
