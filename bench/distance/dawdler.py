"""A client that reads slowly but steadily, run as a process of its own.

dawdler.py HOST PORT PATH RATE: asks for the path and reads so many octets a second of the answer, a tenth of
them ten times a second. On SIGTERM, or when the connection has ended, comes a line of JSON: for how many
seconds it read, how many octets came, and whether the connection was still open; then it ends.
"""

import json
import signal
import socket
import sys
import time

PATIENCE_SECONDS = 2
PARTS = 10


def main():
    host, port, path, rate = sys.argv[1:]
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    connection = socket.create_connection((host, int(port)), PATIENCE_SECONDS)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    begun = time.monotonic()
    octets = 0
    is_open = True
    while is_open and not stopped:
        wanted = int(float(rate) * (time.monotonic() - begun))
        try:
            while octets < wanted and not stopped:
                piece = connection.recv(wanted - octets)
                octets += len(piece)
                if not piece:
                    is_open = False
                    break
        except socket.timeout:
            pass  # silence shows in the sum
        except OSError:
            is_open = False
        time.sleep(1 / PARTS)
    seconds = time.monotonic() - begun
    print(json.dumps({"seconds": seconds, "octets": octets, "open": is_open}), flush=True)


if __name__ == "__main__":
    main()
