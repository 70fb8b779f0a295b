#!/usr/bin/env perl
# Takes the query of the address apart and shows each name and value, without CGI.pm.
#
# Run:   java -jar server/target/passerelle.jar --cgi /cgi-bin=cgi-samples www
# Open:  http://127.0.0.1:8080/cgi-bin/query.pl?fruit=pear&drink=caf%C3%A9+cr%C3%A8me

use strict;
use warnings;

# "caf%C3%A9+au+lait" is "café au lait": + is a space, %XX is a byte, the bytes are UTF-8.
sub decoded {
    my ($text) = @_;
    $text =~ tr/+/ /;
    $text =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
    return utf8::decode(my $copy = $text) ? $text : '(not UTF-8)';    # the bytes go out as they are
}

# Without this, a value such as <script> would become part of the page.
sub escaped {
    my ($text) = @_;
    my %entity = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;', "'" => '&#39;');
    $text =~ s/([&<>"'])/$entity{$1}/g;
    return $text;
}

print <<'END';
Content-Type: text/html; charset=utf-8

<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The query</title>
<link rel="icon" href="/favicon.svg">
<style>
  :root { color-scheme: light dark; --paper: #faf8f3; --ink: #1c2a30; --river: #0f5c6e; --line: #d8d3c6 }
  @media (prefers-color-scheme: dark) { :root { --paper: #0f181c; --ink: #e6edef; --river: #83d0e0; --line: #33454d } }
  html { background: var(--paper); border-top: 6px solid var(--river) }
  body { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem;
         color: var(--ink); font: 1.05rem/1.6 system-ui, sans-serif }
  h1 { line-height: 1.2 }
  a { color: var(--river) }
  table { width: 100%; border-collapse: collapse }
  th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line);
           text-align: left; overflow-wrap: anywhere }
</style>
<main>
<h1>The query</h1>
<p>The query is what stands behind the <code>?</code> of an address.
<a href="?fruit=pear&amp;drink=caf%C3%A9+cr%C3%A8me&amp;sum=1%2B1%3D2&amp;tag=%3Cb%3E">Try one.</a></p>
<table>
<thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
<tbody>
END

for my $pair (split /&/, $ENV{QUERY_STRING} // '') {
    my ($name, $value) = split /=/, $pair, 2;
    next unless defined $name;
    printf "<tr><td>%s</td><td>%s</td></tr>\n", escaped(decoded($name)), escaped(decoded($value // ''));
}

print <<'END';
</tbody>
</table>
<p><a href="/">Back to the start page</a></p>
</main>
</html>
END
