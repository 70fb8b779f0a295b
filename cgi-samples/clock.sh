#!/bin/sh
# A clock that streams: one line a second, each sent as soon as it is written.
#
# Run:   java -jar server/target/passerelle.jar --cgi /cgi-bin=cgi-samples www
# Open:  curl -N 'http://127.0.0.1:8080/cgi-bin/clock.sh?ticks=10'
#        (-N: curl shows what it gets at once; a browser works too)

# What comes from the query is checked against a pattern before it is used: 1 to 30, else 5.
ticks=5
case ${QUERY_STRING:-} in
    ticks=[1-9] | ticks=[12][0-9] | ticks=30) ticks=${QUERY_STRING#ticks=} ;;
    '') ;;
    *)
        printf 'Status: 400 Bad Request\nContent-Type: text/plain; charset=utf-8\n\n'
        printf 'Please ask for ?ticks=1 to ?ticks=30.\n'
        exit ;;
esac

# nosniff: without it, a browser may wait for more text to guess its type.
printf 'Content-Type: text/plain; charset=utf-8\n'
printf 'X-Content-Type-Options: nosniff\n'
printf 'Cache-Control: no-store\n\n'

tick=1
while [ "$tick" -le "$ticks" ]; do
    # A shell writes each printf at once. It fails when nobody listens any more: then stop.
    printf '%s  tick %s of %s\n' "$(date +%H:%M:%S)" "$tick" "$ticks" || exit
    tick=$((tick + 1))
    [ "$tick" -gt "$ticks" ] || sleep 1
done
