#!/bin/sh
# Passerelle: this file is a script that starts java, and behind it the jar that java runs.
# PASSERELLE_ARCHIVE=off: keep no class archive below ${XDG_CACHE_HOME:-~/.cache}/passerelle, and use none.
set -u

fail() {
  printf 'passerelle: %s\n' "$*" >&2
  exit 1
}

# Makes the archive beside the first run: once, at low priority, for two minutes at most, whatever becomes of it.
# $1: its name without its size, $2: the option that makes one; then the command. The folder is the lock, and holds
# all files until they are whole.
make_archive() {
  name=$1 option=$2
  shift 2
  cache=${name%/*} making=$name.making
  (umask 077 && mkdir -p -- "$cache") || return
  find "$cache" -maxdepth 1 -name '*.making' -mmin +10 -exec rm -rf -- {} +
  mkdir -- "$making" || return
  trap 'rm -rf -- "$making"' EXIT
  trap 'exit 1' HUP INT TERM
  sleep 1
  timeout -k 5 120 nice -n 19 "$@" "$option=$making/new" -Djava.io.tmpdir="$making" \
    -Dpasserelle.rehearsal="$making" -jar "$jar" || return
  size=$(stat -c %s -- "$making/new") || return
  rm -f -- "$name".[0-9]*
  mv -f -- "$making/new" "$name.$size"
  # The four newest stay: of other JVMs, of other versions.
  find "$cache" -maxdepth 1 -type f -name '[0-9]*-[0-9]*.[0-9]*' -printf '%T@ %p\n' | sort -rn | tail -n +5 |
    while read -r _ old; do rm -f -- "$old"; done
}

jar=$(readlink -f -- "$0" 2>/dev/null) || jar=$0
if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
  java=$JAVA_HOME/bin/java
else
  java=$(command -v java) ||
    fail "there is no java here: install a JRE of version 17 or newer (Debian: openjdk-17-jre-headless), or name one by JAVA_HOME"
fi
java=$(readlink -f -- "$java") || fail "$java leads nowhere: name a JRE by JAVA_HOME"

version=
home=${java%/bin/java}
if [ -r "$home/release" ]; then
  while IFS='="' read -r name _ value _; do
    [ "$name" != JAVA_VERSION ] || version=${value%%[!0-9]*}
  done <"$home/release"
fi
if [ -n "$version" ] && [ "$version" -lt 17 ]; then
  fail "Java 17 or newer is needed, and $java is older: install one, or name it by JAVA_HOME"
fi

use='' make='' quiet=''
if [ "${version:-0}" -ge 25 ]; then
  use=-XX:AOTCache make=-XX:AOTCacheOutput quiet=-Xlog:aot=off,cds=off
elif [ -n "$version" ]; then
  use=-XX:SharedArchiveFile make=-XX:ArchiveClassesAtExit quiet=-Xlog:cds=off
fi
case ${XDG_CACHE_HOME:-} in
  /*) cache=$XDG_CACHE_HOME/passerelle ;;
  *) cache=${HOME:+$HOME/.cache/passerelle} ;;
esac
if [ "${PASSERELLE_ARCHIVE:-}" = off ]; then
  use=''
fi
unset PASSERELLE_ARCHIVE

# It starts sooner with the small collector; but whoever chooses another one gets that.
collector=-XX:+UseSerialGC
case "${JDK_JAVA_OPTIONS:-} ${JAVA_TOOL_OPTIONS:-}" in
  *-XX:*GC*) collector=-XX:-UseSerialGC ;;
esac

if [ -n "$use" ] && [ -n "$cache" ]; then
  # What an archive belongs to: this jar at this path, and this JVM.
  key=$(stat -L -c '%n %s %Y %i' -- "$jar" "$home/lib/server/libjvm.so" 2>/dev/null | cksum)
  name=$cache/$version-${key%% *}
  for archive in "$name".[0-9]*; do
    # One that was cut short may end the JVM, so its name says its size.
    if [ -r "$archive" ] && [ "$(stat -c %s -- "$archive")" = "${archive##*.}" ]; then
      exec "$java" "$collector" "$quiet" "$use=$archive" -jar "$jar" "$@"
    fi
  done
  if [ "$$" -ne 1 ]; then
    # Its parent ends at once, so that the server has no child that it does not know.
    (make_archive "$name" "$make" "$java" "$collector" </dev/null >/dev/null 2>&1 &)
  fi
fi
exec "$java" "$collector" -jar "$jar" "$@"
