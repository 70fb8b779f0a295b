"""How each server is configured for files: as its documentation says, and as strictly as it can be."""

import contextlib
import glob
import os
import re
import tempfile
from pathlib import Path

from processes import found_program, output_of
import stage
from servers import Apache, Caddy, Jwebserver, Lighttpd, Nginx, Passerelle, PythonHttp, advice

NAMES = ("passerelle", "nginx", "lighttpd", "apache", "caddy", "jwebserver", "http.server")
TITLES = {"passerelle": "Passerelle", "apache": "Apache", "caddy": "Caddy"}
PROGRAMS = {"nginx": "nginx", "lighttpd": "lighttpd", "apache": "apache2", "caddy": "caddy"}
SCENARIO = stage.Scenario(is_cgi=False, depth=1)
MIME_OF_NGINX = "/etc/nginx/mime.types"
MIME_OF_LIGHTTPD = "/usr/share/lighttpd/create-mime.conf.pl"

# Links are followed nowhere below the root, for "within the root" is not among the choices. The cache
# of open files, which is off unless configured, would keep old files for a minute.
NGINX_MORE = """\
include /etc/nginx/mime.types;
default_type application/octet-stream;
open_file_cache off;
if_modified_since before;
index index.html;
autoindex on;
gzip on;
gzip_static on;
gzip_vary on;
gzip_proxied any;
gzip_min_length 1024;
gzip_types text/plain text/css application/javascript application/json image/svg+xml;
disable_symlinks on from=$document_root;
add_header X-Content-Type-Options nosniff always;
add_header Cache-Control no-cache;
location ^~ /choice/ {
  index home.htm;
  types { text/x-foo foo; text/plain txt; text/html html htm; }
  charset_types text/x-foo text/plain;
  add_header Cache-Control max-age=60;
  add_header X-Choice 1 always;
  add_header Access-Control-Allow-Origin *;
  error_page 404 /choice/404.html;
}
location /app/ {
  try_files $uri /app/index.html;
}
location ~ /\\.(?!well-known/) {
  return 404;
}
location /nolist/ {
  autoindex off;
}"""

LIGHTTPD_MODULES = ["mod_rewrite", "mod_access", "mod_setenv", "mod_indexfile", "mod_dirlisting"]
LIGHTTPD_MORE = """\
index-file.names = ( "index.html" )
dir-listing.activate = "enable"
dir-listing.encoding = "utf-8"
$HTTP["url"] =~ "^/nolist/" { dir-listing.activate = "disable" }
$HTTP["url"] =~ "/\\.(?!well-known/)" { url.access-deny = ( "" ) }
server.follow-symlink = "disable"
static-file.disable-pathinfo = "enable"
setenv.set-response-header = ( "X-Content-Type-Options" => "nosniff", "Cache-Control" => "no-cache" )
$HTTP["url"] =~ "^/choice/" {
  index-file.names = ( "home.htm" )
  mimetype.assign = ( ".foo" => "text/x-foo; charset=utf-8", ".txt" => "text/plain", ".htm" => "text/html" )
  setenv.set-response-header = ( "Cache-Control" => "max-age=60", "X-Choice" => "1",
    "Access-Control-Allow-Origin" => "*" )
  server.errorfile-prefix = "{site}/choice/"
}
$HTTP["url"] =~ "^/app/" { url.rewrite-if-not-file = ( "^/app/[^.]*$" => "/app/index.html" ) }"""
LIGHTTPD_DEFLATE = """
deflate.mimetypes = ( "text/", "application/javascript", "application/json", "image/svg+xml" )
deflate.allowed-encodings = ( "gzip" )
deflate.min-compress-size = 1024
deflate.cache-dir = "{temp}/deflate"
"""

# The rules for compressed siblings are those of the documentation of mod_brotli and mod_deflate.
APACHE_MODULES = ["dir", "autoindex", "alias", "headers", "env", "filter", "deflate", "rewrite"]
APACHE_MORE = """\
DirectoryIndex index.html
TypesConfig /etc/mime.types
IndexOptions FancyIndexing NameWidth=* Charset=UTF-8
<Directory "{site}">
  Options +Indexes -FollowSymLinks
</Directory>
<Directory "{site}/nolist">
  Options -Indexes
</Directory>
RedirectMatch 404 "/\\.(?!well-known/)"
Header always set X-Content-Type-Options nosniff
Header set Cache-Control no-cache
<Directory "{site}/choice">
  DirectoryIndex home.htm
  AddType "text/x-foo; charset=utf-8" .foo
  ErrorDocument 404 /choice/404.html
</Directory>
<Location "/choice/">
  Header set Cache-Control max-age=60
  Header always set X-Choice 1
  Header set Access-Control-Allow-Origin *
</Location>
<Directory "{site}/app">
  FallbackResource /app/index.html
</Directory>
AddOutputFilterByType DEFLATE text/html text/plain text/css text/javascript application/json
RewriteEngine On
RewriteCond "%{HTTP:Accept-Encoding}" "br"
RewriteCond "%{DOCUMENT_ROOT}%{REQUEST_URI}.br" -s
RewriteRule "^(.*)\\.html$" "$1.html.br" [PT,L]
RewriteCond "%{HTTP:Accept-Encoding}" "gzip"
RewriteCond "%{DOCUMENT_ROOT}%{REQUEST_URI}.gz" -s
RewriteRule "^(.*)\\.html$" "$1.html.gz" [PT,L]
<FilesMatch "\\.html\\.(br|gz)$">
  ForceType "text/html; charset=utf-8"
  SetEnv no-gzip 1
  Header append Vary Accept-Encoding
</FilesMatch>
<FilesMatch "\\.html\\.br$">
  Header append Content-Encoding br
</FilesMatch>
<FilesMatch "\\.html\\.gz$">
  Header append Content-Encoding gzip
</FilesMatch>"""

# There is no setting about links: they are followed, wherever they lead.
CADDY_MORE = """\
header X-Content-Type-Options nosniff
header Cache-Control no-cache
header /choice/* Cache-Control max-age=60
  header /choice/* X-Choice 1
  header /choice/* Access-Control-Allow-Origin *
  header /choice/*.foo Content-Type "text/x-foo; charset=utf-8"
  @place {
    path /app/*
    file {
      try_files {path} /app/index.html
    }
  }
  rewrite @place {file_match.relative}
  file_server /choice/* {
    index home.htm
  }
encode gzip {
    minimum_length 1024
  }
  @hidden {
    path */.*
    not path /.well-known/*
  }
  respond @hidden 404
  file_server /nolist/*"""
CADDY_FILES = """\
browse
    hide .hidden.txt .git
    precompressed br zstd gzip"""


class FilesPasserelle(Passerelle):
    """With the defaults, but for listings, and with options for a row that needs others."""

    extra = None

    def prepare(self, temp, site, scenario):
        command = super().prepare(temp, site, scenario)
        if self.extra is None:
            self.extra = ("--listing", "on") if "--listing" in self.help() else ()
        return [*command[:-1], *self.extra, command[-1]]

    def help(self):
        return output_of([self.java, "-jar", str(self.jar), "--help"])


class FilesLighttpd(Lighttpd):
    """With the media types of Debian's configuration."""

    def prepare(self, temp, site, scenario):
        self.more = LIGHTTPD_MORE.replace("{site}", str(site))
        if "mod_deflate" in self.modules:
            (temp / "deflate").mkdir(exist_ok=True)
            self.more += LIGHTTPD_DEFLATE.format(temp=temp)
        command = super().prepare(temp, site, scenario)
        types = output_of(["perl", MIME_OF_LIGHTTPD])
        if "mimetype.assign" in types:
            kept = [line for line in self.config.split("\n") if not line.startswith("mimetype.assign")]
            kept += re.sub('"(text/(?:html|plain))"', r'"\1; charset=utf-8"', types).split("\n")
            self.config = "\n".join(kept) + "\n"
            (temp / "lighttpd.conf").write_text(self.config)
        return command


class FilesApache(Apache):
    """With a thread for each of a thousand slow readers, and what the site's folder is."""

    def prepare(self, temp, site, scenario):
        self.more = APACHE_MORE.replace("{site}", str(site))
        command = super().prepare(temp, site, scenario)
        for name in ("ThreadLimit", "ThreadsPerChild", "MaxRequestWorkers"):
            self.config = stage.replaced(self.config, rf"\n{name} \d+", f"\n{name} 1200")
        (temp / "apache2.conf").write_text(self.config)
        return command


def found_jwebserver(chosen):
    """The newest of those that are here."""
    with_jdk = sorted(glob.glob("/usr/lib/jvm/*/bin/jwebserver"))
    program = found_program("jwebserver", chosen.jwebserver)
    return program or (with_jdk[-1] if with_jdk and not chosen.jwebserver else None)


def available(chosen):
    """The servers that were chosen, and what there is to say of those that are not here."""
    servers, missing = [], []
    for name in chosen.server:
        program = None
        if name in PROGRAMS:
            program = found_program(PROGRAMS[name], getattr(chosen, PROGRAMS[name]))
        elif name == "jwebserver":
            program = found_jwebserver(chosen)
        if name == "passerelle":
            servers.append(stage.passerelle(chosen, FilesPasserelle))
        elif name == "http.server":
            servers.append(PythonHttp())
        elif program is None:
            missing.append(advice(PROGRAMS.get(name, name)))
        else:
            servers.append(made(name, program))
    return servers, missing


def made(name, program):
    if name == "nginx":
        return Nginx(program, NGINX_MORE)
    if name == "lighttpd":
        deflate = Path("/usr/lib/lighttpd/mod_deflate.so").is_file()
        return FilesLighttpd(program, LIGHTTPD_MODULES + (["mod_deflate"] if deflate else []))
    if name == "apache":
        return FilesApache(program, APACHE_MODULES)
    if name == "caddy":
        return Caddy(program, CADDY_MORE, CADDY_FILES)
    return Jwebserver(program)


class Again:
    """Starts a second server of the same kind for a row, with other options or another environment."""

    def __init__(self, server, temp, site, token):
        self.server = server
        self.temp = temp
        self.site = site
        self.token = token

    @contextlib.contextmanager
    def __call__(self, *extra, **environment):
        other = type(self.server).__new__(type(self.server))
        other.__dict__.update(self.server.__dict__, process=None)
        if extra:
            other.extra = extra
        before = dict(os.environ)
        os.environ.update(environment)
        folder = Path(tempfile.mkdtemp(prefix="again-", dir=self.temp))
        folder.chmod(0o755)
        try:
            other.start(folder, self.site, self.token, SCENARIO)
            yield other
        finally:
            os.environ.clear()
            os.environ.update(before)
            other.stop()
