"""A real Caddy with deploy/Caddyfile, in front of a small server that writes down what it gets."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.ports import free_port

CADDY = Path(sys.prefix) / "bin" / "caddy"
CADDYFILE = Path(__file__).parent.parent.parent / "deploy" / "Caddyfile"
# In production the workers are found by their name in the network of the compose file.
UPSTREAM = re.compile(r"dynamic a web 8000 \{[^}]*\}")
PATIENCE = 15


@dataclass
class Workers:
    """Stands in for gunicorn: answers 204 and keeps heads, and bodies that arrived whole."""

    began: threading.Event = field(default_factory=threading.Event)
    heads: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


@dataclass(frozen=True)
class Proxy:
    """Where the proxy listens, what stands behind it, and what it logs."""

    port: int
    workers: Workers
    log: Path

    def logged(self, words: str) -> str:
        """Wait for a line with `words` and return the log."""
        end = time.monotonic() + PATIENCE
        while words not in (text := self.log.read_text(encoding="utf-8")):
            assert time.monotonic() < end, f"No line with {words}: {text}"
            time.sleep(0.05)
        return text


@contextmanager
def running_caddy(folder: Path) -> Iterator[Proxy]:
    """Run Caddy without certificates; only the name of the workers is another."""
    workers, port, log = Workers(), free_port(), folder / "caddy.log"
    behind = _QuietServer(("127.0.0.1", 0), _handler(workers))
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    text, replaced = UPSTREAM.subn(f"to 127.0.0.1:{behind.server_port}", CADDYFILE.read_text())
    assert replaced == 1
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off{text[text.index('{') + 1 :]}")
    with log.open("wb") as out:
        caddy = subprocess.Popen(
            [CADDY, "run", "--config", "Caddyfile", "--adapter", "caddyfile"],
            cwd=folder,
            env=_environment(f"http://127.0.0.1:{port}", folder),
            stdout=out,
            stderr=out,
        )
        try:
            _wait_for(port, caddy, log)
            yield Proxy(port, workers, log)
        finally:
            caddy.terminate()
            caddy.wait(PATIENCE)
            behind.shutdown()
            behind.server_close()


def validated(folder: Path) -> subprocess.CompletedProcess[str]:
    """Let Caddy check the file as it stands, for a host with a certificate."""
    return subprocess.run(
        [CADDY, "validate", "--config", CADDYFILE, "--adapter", "caddyfile"],
        env=_environment("portal.example.com", folder),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def _environment(host: str, home: Path) -> dict[str, str]:
    given = {"PORTAL_HOST": host, "ACME_EMAIL": "operator@example.com"}
    return {"PATH": os.environ["PATH"], "HOME": str(home), **given}


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A request that breaks off is what some tests ask for."""


def _handler(workers: Workers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            workers.heads.append({name.lower(): text for name, text in self.headers.items()})
            workers.began.set()
            workers.bodies.append(self._body())
            self.send_response(204)
            self.end_headers()

        def _body(self) -> bytes:
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = b""
            # A sender that breaks off leaves an empty line here, which is no number.
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            return body

        do_GET = do_POST  # noqa: N815 - the library names it

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    return Handler


def _wait_for(port: int, caddy: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        assert caddy.poll() is None, log.read_text(encoding="utf-8")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end, log.read_text(encoding="utf-8")
            time.sleep(0.05)
        else:
            return
