"""Slow clients of scripts, run as a process of their own.

crowd.py PORT download COUNT PATH: so many clients ask for a script that writes without end, and each
reads 300 octets a second of what comes.
crowd.py PORT upload COUNT PATH: so many clients send 300 octets a second of a content of 10 MB.

"ready" is printed when all have begun. On SIGTERM comes a line of JSON: how many connections are still
open, and how many octets went through them; then it ends.
"""

import json
import signal
import socket
import sys
import time

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 20
OCTETS = 300
PERIOD = 1.0
LENGTH = 10_000_000
# The least that the kernel keeps: what it holds, the script has got rid of.
WINDOW = 2048


class Client:
    def __init__(self, port, kind, path):
        self.kind = kind
        self.octets = 0
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
        self.socket.settimeout(PATIENCE_SECONDS)
        self.socket.connect((LOOPBACK, port))
        host = f"Host: {LOOPBACK}:{port}\r\n"
        length = f"Content-Length: {LENGTH}\r\n" if kind == "upload" else ""
        method = "POST" if kind == "upload" else "GET"
        self.socket.sendall(f"{method} {path} HTTP/1.1\r\n{host}{length}\r\n".encode())
        self.socket.setblocking(False)

    def step(self):
        """One small piece; when the server has ended the connection, it is closed here, too."""
        if self.socket is None:
            return
        try:
            if self.kind == "download":
                came = len(self.socket.recv(OCTETS))
                if came == 0:
                    self.close()
            else:
                came = self.socket.send(b"x" * OCTETS)
                try:
                    if not self.socket.recv(1, socket.MSG_PEEK):
                        self.close()
                except BlockingIOError:
                    pass
            self.octets += came
        except BlockingIOError:
            pass
        except OSError:
            self.close()

    def close(self):
        self.socket.close()
        self.socket = None


def main():
    port, kind, count, path = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    clients = [Client(port, kind, path) for _ in range(count)]
    print("ready", flush=True)
    while not stopped:
        due = time.monotonic() + PERIOD
        for client in clients:
            client.step()
        while not stopped and time.monotonic() < due:
            time.sleep(0.05)
    still = sum(client.socket is not None for client in clients)
    served = sum(client.octets > 0 for client in clients)
    octets = sum(client.octets for client in clients)
    print(json.dumps({"open": still, "served": served, "octets": octets}), flush=True)


if __name__ == "__main__":
    main()
