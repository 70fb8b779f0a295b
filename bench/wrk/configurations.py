"""How the other servers are configured: for speed, as their documentation has it."""

NGINX_CONF = """\
{user}
daemon off;
worker_processes 1;
pid {temp}/nginx.pid;
error_log {temp}/nginx.log crit;
events {{
  worker_connections {connections};
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
server.max-fds = {descriptors}
server.max-connections = {connections}
server.listen-backlog = 1024
server.max-keep-alive-requests = 65535
server.max-keep-alive-idle = 75
mimetype.assign = ( ".html" => "text/html; charset=utf-8" )
{cgi}
{more}
"""

# One process. Connections without a request take no thread, and may be a hundred for each that is free.
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
ThreadLimit {threads}
ThreadsPerChild {threads}
MaxRequestWorkers {threads}
AsyncRequestWorkerFactor 100
ListenBacklog 1024
KeepAlive On
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
