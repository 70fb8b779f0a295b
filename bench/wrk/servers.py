"""The servers that run side by side: their configuration, how they start and end."""

import contextlib
import http.client
import os
import pwd
import re
import shlex
import subprocess
import sys
import time

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

PACKAGES = {
    "nginx": "nginx-light",
    "lighttpd": "lighttpd",
    "apache2": "apache2",
    "caddy": "caddy",
    "jwebserver": "openjdk-21-jdk-headless",
    "wrk": "wrk",
}
APACHE_MODULES = "/usr/lib/apache2/modules"

NGINX_CONF = """\
{user}
daemon off;
worker_processes 1;
pid {temp}/nginx.pid;
error_log {temp}/nginx.log crit;
events {{
  worker_connections 4096;
}}
http {{
  access_log off;
  log_not_found off;
  sendfile on;
  tcp_nopush {nopush};
  tcp_nodelay on;
  keepalive_requests 1000000000;
  keepalive_timeout 75s;
  open_file_cache max=1000 inactive=60s;
  types {{ text/html html; }}
  charset utf-8;
  client_body_temp_path {temp}/nginx-content;
  proxy_temp_path {temp}/nginx-proxy;
  fastcgi_temp_path {temp}/nginx-fastcgi;
  uwsgi_temp_path {temp}/nginx-uwsgi;
  scgi_temp_path {temp}/nginx-scgi;
  server {{
    listen {address}:{port} backlog=1024;
    root {site};
    {more}
  }}
}}
"""

# 65535 is the most that lighttpd takes; wrk connects again when a server ends a connection.
LIGHTTPD_CONF = """\
server.bind = "{address}"
server.port = {port}
server.document-root = "{site}"
server.modules = ( {modules} )
server.compat-module-load = "disable"
server.errorlog = "{temp}/lighttpd.log"
server.upload-dirs = ( "{temp}" )
server.event-handler = "linux-sysepoll"
server.network-backend = "sendfile"
server.max-fds = 8192
server.max-connections = 4096
server.listen-backlog = 1024
server.max-keep-alive-requests = 65535
server.max-keep-alive-idle = 75
mimetype.assign = ( ".html" => "text/html; charset=utf-8" )
{cgi}
{more}
"""

# One process, and a thread for each of wrk's connections.
APACHE_CONF = """\
{user}
ServerRoot "{temp}"
ServerName {address}
Listen {address}:{port}
PidFile "{temp}/apache2.pid"
DefaultRuntimeDir "{temp}"
ErrorLog "{temp}/apache2.log"
LogLevel crit
{modules}
StartServers 1
ServerLimit 1
ThreadLimit 256
ThreadsPerChild 256
MaxRequestWorkers 256
ListenBacklog 1024
MaxKeepAliveRequests 0
KeepAliveTimeout 75
EnableSendfile On
TypesConfig /dev/null
AddType text/html .html
AddDefaultCharset utf-8
DocumentRoot "{site}"
{cgi}
{more}
"""
APACHE_CGI = """\
ScriptSock "{temp}/apache2-cgid.sock"
<Directory "{site}/cgi-bin">
  Options +ExecCGI
  SetHandler cgi-script
</Directory>"""

CADDY_CONF = """\
{{
  admin off
  auto_https off
  log {{
    output stderr
    level ERROR
  }}
}}
:{port} {{
  bind {address}
  root * "{site}"
  {more}
  file_server {{
    {files}
  }}
}}
"""


def advice(program):
    return f"{program} is not here: install the Debian package {PACKAGES[program]}"


class Server:
    """One kind of server, and the one instance of it that runs."""

    name = ""
    runs_cgi = False

    def __init__(self):
        self.process = None
        self.port = 0
        self.command = []
        self.config = None

    def version(self):
        raise NotImplementedError

    def prepare(self, temp, site, scenario):
        """Writes the configuration and returns the command."""
        raise NotImplementedError

    def start(self, temp, site, token, scenario):
        for _ in range(3):  # somebody else may take the port before the server does
            self.port = free_port()
            self.command = self.prepare(temp, site, scenario)
            with open(temp / f"{self.name}.out", "wb") as out:
                self.process = start(self.command, stdout=out, stderr=subprocess.STDOUT, cwd=temp)
            if self.is_ready(token):
                return
            self.stop()
        said = (temp / f"{self.name}.out").read_text(errors="replace").strip()
        raise Failure(f"{self.name} did not start: {said or 'it printed nothing'}")

    def is_ready(self, token):
        """Waits until the server, and not another one on the same port, serves the token."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                client = http.client.HTTPConnection(LOOPBACK, self.port, timeout=5)
                client.request("GET", "/token.html")
                answer = client.getresponse().read()
                client.close()
                if answer == token:
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
    runs_cgi = True

    def __init__(self, java, jvm_options, jar):
        super().__init__()
        self.java = java
        self.jvm_options = shlex.split(jvm_options)
        self.jar = jar

    def version(self):
        return output_of([self.java, "-jar", str(self.jar), "--version"])

    def prepare(self, temp, site, scenario):
        cgi = ["--cgi", "/cgi-bin"] if scenario.is_cgi else []
        options = ["--bind", LOOPBACK, "--port", self.port, *cgi, site]
        return [self.java, *self.jvm_options, "-jar", self.jar, *options]


def found_passerelle(chosen):
    """The server that --jar, --java and --jvm-options name."""
    if not chosen.jar.is_file():
        raise Failure(f"there is no {chosen.jar}: build it with mvn -B package -DskipTests")
    java = found_program("java", chosen.java)
    if java is None:
        raise Failure("java is not here: install openjdk-17-jre-headless, or give --java")
    return Passerelle(java, chosen.jvm_options, chosen.jar.resolve())


class Nginx(Server):
    name = "nginx"

    def __init__(self, program, more=""):
        super().__init__()
        self.program = program
        self.more = more  # lines for its configuration

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
            temp=temp,
            site=site,
            address=LOOPBACK,
            port=self.port,
            more=self.more,
        ).lstrip()
        conf = temp / "nginx.conf"
        conf.write_text(self.config)
        return [self.program, "-e", temp / "nginx.log", "-p", temp, "-c", conf]


class Lighttpd(Server):
    name = "lighttpd"
    runs_cgi = True

    def __init__(self, program, modules=(), more=""):
        super().__init__()
        self.program = program
        self.modules = modules
        self.more = more  # lines for its configuration

    def version(self):
        lines = output_of([self.program, "-v"]).splitlines()
        return re.sub(r" - .*", "", lines[0]) if lines else ""

    def prepare(self, temp, site, scenario):
        # The first that knows what to do with a file or folder does it.
        modules = [*self.modules, *(["mod_cgi"] if scenario.is_cgi else []), "mod_staticfile"]
        self.config = LIGHTTPD_CONF.format(
            temp=temp,
            site=site,
            address=LOOPBACK,
            port=self.port,
            modules=", ".join(f'"{module}"' for module in modules),
            cgi='cgi.assign = ( ".cgi" => "" )' if scenario.is_cgi else "",
            more=self.more,
        )
        conf = temp / "lighttpd.conf"
        conf.write_text(self.config)
        return [self.program, "-D", "-f", conf]


class Apache(Server):
    name = "apache"
    runs_cgi = True

    def __init__(self, program, modules=(), more=""):
        super().__init__()
        self.program = program
        self.modules = ["mpm_event", "authz_core", "mime", *modules]
        self.more = more  # lines for its configuration

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
            temp=temp,
            site=site,
            address=LOOPBACK,
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

    def __init__(self, program, more="", files=""):
        super().__init__()
        self.program = program
        self.more = more  # lines for its configuration
        self.files = files  # and for its file server

    def version(self):
        return f"caddy/{output_of([self.program, 'version']).split(' ')[0]}"

    def prepare(self, temp, site, scenario):
        self.config = CADDY_CONF.format(
            site=site, address=LOOPBACK, port=self.port, more=self.more, files=self.files
        )
        conf = temp / "Caddyfile"
        conf.write_text(self.config)
        # It keeps what it knows in the user's folders, unless told otherwise.
        folders = [f"XDG_DATA_HOME={temp}/caddy", f"XDG_CONFIG_HOME={temp}/caddy"]
        return ["env", *folders, self.program, "run", "--adapter", "caddyfile", "--config", conf]


class Jwebserver(Server):
    """The JDK's own server; it has no configuration."""

    name = "jwebserver"

    def __init__(self, program):
        super().__init__()
        self.program = program

    def version(self):
        return output_of([self.program, "-version"])

    def prepare(self, temp, site, scenario):
        return [self.program, "-b", LOOPBACK, "-p", self.port, "-d", site, "-o", "none"]


class PythonHttp(Server):
    """Python's own server; it has no configuration, either."""

    name = "http.server"

    def version(self):
        return f"Python {sys.version.split()[0]} http.server"

    def prepare(self, temp, site, scenario):
        where = ["--bind", LOOPBACK, "--directory", site, "--protocol", "HTTP/1.1"]
        return [sys.executable, "-m", "http.server", *where, self.port]
