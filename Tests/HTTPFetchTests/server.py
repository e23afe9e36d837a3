"""A server for the tests of HTTPFetch: answers by path, says its port on standard output, ends with its parent's pipe.

Usage: server.py [CERTIFICATE KEY]
"""

import http.server
import os
import ssl
import sys
import threading
import time

seen = {}
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    tunnel = None

    def do_CONNECT(self):
        """As a proxy that is the server behind itself, too."""
        self.tunnel = f"{self.path} {self.headers.get('Proxy-Authorization')}"
        self.send_response(200)
        self.end_headers()

    def do_GET(self):
        path = self.path.split("?")[0]
        with lock:
            count = seen[path] = seen.get(path, 0) + 1
        if self.tunnel:
            return self.answer(200, f"by proxy: {self.tunnel}".encode())
        kind, _, rest = path[1:].partition("/")
        if kind == "ok":
            self.answer(200, f"{self.headers['User-Agent']} {self.headers.get('Authorization')}".encode())
        elif kind == "status":
            self.answer(int(rest), b"")
        elif kind == "busy":  # busy/STATUS/TIMES[/SECONDS]
            status, times, *seconds = rest.split("/")
            headers = {"Retry-After": seconds[0]} if seconds else {}
            if count <= int(times):
                self.answer(int(status), b"", headers)
            else:
                self.answer(200, f"after {count}".encode())
        elif kind == "redirect":  # redirect/TIMES
            times = int(rest)
            self.answer(302, b"", {"Location": f"/redirect/{times - 1}" if times > 1 else "/ok"})
        elif kind == "circle":
            self.answer(302, b"", {"Location": "/circle"})
        elif kind == "downgrade":
            self.answer(302, b"", {"Location": "http://localhost:1/ok"})
        elif kind == "large":
            self.answer(200, bytes(int(rest)))
        elif kind == "endless":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            for _ in range(10_000):
                self.wfile.write(bytes(1000))
        elif kind == "slow":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(200):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
        elif kind == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"half")
            self.close_connection = True
        elif kind == "count":
            self.answer(200, str(seen.get("/" + rest, 0)).encode())

    def answer(self, status, body, headers={}):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 1:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_port, flush=True)
threading.Timer(120, os._exit, [1]).start()
server.serve_forever()
