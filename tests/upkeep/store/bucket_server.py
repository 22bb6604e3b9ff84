"""A bucket service of about the size of a page: as much of S3's HTTP as the store uses."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

XML = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass
class Bucket:
    """What the service holds. While it `is_away` it answers everything with 503."""

    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, tuple[str, dict[int, bytes]]] = field(default_factory=dict)
    is_away: bool = False
    port: int = 0

    @property
    def address(self) -> str:
        """Return what BACKUP_STORE is set to."""
        return f"s3://key:secret@127.0.0.1:{self.port}/backups/portal?tls=no"


@contextmanager
def bucket_server() -> Iterator[Bucket]:
    """Run the service."""
    bucket = Bucket()

    class Handler(_Handler):
        held = bucket

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bucket.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    held: Bucket
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_PUT(self) -> None:
        key, query = self._asked()
        data = self._body()
        if "uploadId" in query:
            self.held.uploads[query["uploadId"]][1][int(query["partNumber"])] = data
        else:
            self.held.objects[key] = data
        self._answer(200, b"", ETag=f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"')

    def do_POST(self) -> None:
        key, query = self._asked()
        self._body()
        if "uploads" in query:
            number = f"upload-{len(self.held.uploads) + 1}"
            self.held.uploads[number] = (key, {})
            tag = "InitiateMultipartUploadResult"
            self._xml(tag, f"<Bucket>backups</Bucket><Key>{key}</Key><UploadId>{number}</UploadId>")
        else:
            _, parts = self.held.uploads.pop(query["uploadId"])
            self.held.objects[key] = b"".join(parts[number] for number in sorted(parts))
            self._xml("CompleteMultipartUploadResult", f"<Key>{key}</Key><ETag>x</ETag>")

    def do_GET(self) -> None:
        key, query = self._asked()
        if key:
            self._object(key)
        elif "uploads" in query:
            now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
            self._xml(
                "ListMultipartUploadsResult",
                "<IsTruncated>false</IsTruncated>"
                + "".join(
                    f"<Upload><Key>{name}</Key><UploadId>{number}</UploadId>"
                    f"<Initiated>{now}</Initiated></Upload>"
                    for number, (name, _) in self.held.uploads.items()
                ),
            )
        else:
            found = sorted(name for name in self.held.objects if name.startswith(query["prefix"]))
            contents = "".join(f"<Contents><Key>{escape(name)}</Key></Contents>" for name in found)
            self._xml("ListBucketResult", f"<IsTruncated>false</IsTruncated>{contents}")

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        key, query = self._asked()
        if "uploadId" in query:
            self.held.uploads.pop(query["uploadId"], None)
        else:
            self.held.objects.pop(key, None)
        self._answer(204, b"")

    def parse_request(self) -> bool:
        """Answer nothing while the service is away."""
        if not super().parse_request():
            return False
        if self.held.is_away:
            self._body()
            self._answer(503, b"")
            return False
        return True

    def _asked(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        query = {
            name: values[0]
            for name, values in parse_qs(parts.query, keep_blank_values=True).items()
        }
        return unquote(parts.path).removeprefix("/backups").lstrip("/"), query

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Content-Encoding", ""):
            return self._signed_pieces()
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _signed_pieces(self) -> bytes:
        """Read aws-chunked content: a size in hexadecimal before each piece."""
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return data

    def _object(self, key: str) -> None:
        data = self.held.objects.get(key)
        if data is None:
            code = "<Error><Code>NoSuchKey</Code><Message>None</Message></Error>"
            self._answer(404, f"{XML}{code}".encode())
        else:
            self._answer(200, data)

    def _xml(self, tag: str, inside: str) -> None:
        self._answer(200, f"{XML}<{tag}>{inside}</{tag}>".encode())

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
