"""Files that people attach: limits, what they really are, and where their bytes lie."""

from __future__ import annotations

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from calcom_portal.common.errors import BadInput, TooLarge
from calcom_portal.common.sizes import has_and_may
from calcom_portal.common.tenancy import current_scope

CHUNK = 64 * 1024
HEAD = 64 * 1024
NAME_LIMIT = 120
UNKNOWN, PLAIN = "application/octet-stream", "text/plain"
FIELD = "files"


class Upload(Protocol):
    """What Django hands over for an uploaded file."""

    @property
    def name(self) -> str | None:
        """Its name as it was sent."""

    @property
    def size(self) -> int | None:
        """In bytes."""

    def open(self, mode: str | None = None) -> IO[bytes]:
        """Give the bytes from their beginning."""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that somebody sends: its name as given, its size in bytes, a way to read it."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]

    @classmethod
    def of(cls, upload: Upload) -> IncomingFile:
        """Return what a form or an API call brought."""
        return cls(upload.name or "", upload.size or 0, lambda: upload.open("rb"))


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose bytes are on disk. `name` is safe to show; `media_type` tells the content."""

    name: str
    media_type: str
    size: int
    sha256: str


def store_files(
    files: Sequence[IncomingFile], *, limit: int | None = None, shelf: str = ""
) -> list[StoredFile]:
    """Put the bytes on disk, among those of the scope's provider.

    `limit` is that of a file in bytes, of an attachment where none is given. A `shelf` keeps files
    apart that are deleted after a time: elsewhere equal files are one, and stay. Raises BadInput
    or TooLarge before the first is stored.
    """
    if len(files) > settings.ATTACHMENTS_PER_MESSAGE:
        raise BadInput(
            f"{len(files)} files are too many; {settings.ATTACHMENTS_PER_MESSAGE} are possible.",
            field=FIELD,
            remedy="Send the others with a second message.",
        )
    for file in files:
        _check(safe_name(file.name), file.size, limit)
    return [_store(file, limit, shelf) for file in files]


def fingerprints(sent: MultiValueDict[str, UploadedFile[Any]]) -> list[str]:
    """Return a hash of name and contents of each file that a form or an API call brought."""
    return [
        _fingerprint(IncomingFile.of(file)) for _, files in sorted(sent.lists()) for file in files
    ]


def folder_of(provider_id: int) -> Path:
    """Return where all files of a provider lie: providers share none, not even equal ones."""
    return Path(settings.FILES_DIR) / str(provider_id)


def store_bytes(data: bytes) -> str:
    """Keep a document that we made ourselves; return its SHA-256."""
    return _store(IncomingFile("document", len(data), lambda: BytesIO(data))).sha256


def path_of(sha256: str, shelf: str = "") -> Path:
    """Return where the scope's provider keeps the bytes with this hash."""
    return _own_folder() / shelf / sha256[:2] / sha256


def safe_name(name: str) -> str:
    """Return a name without folders, with control and direction characters made visible."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(_visible(sign) for sign in last).strip(" .")
    return _shortened(shown) or "file"


def media_type_of(head: bytes) -> str:
    """Return the media type of a file that begins with `head`; its name is never asked."""
    if _is_text(head):
        return PLAIN
    # Its table takes more memory than pages share, and few requests bring a file.
    import puremagic  # noqa: PLC0415

    try:
        found: str = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return found if found and len(found) <= 100 else UNKNOWN


def _fingerprint(file: IncomingFile) -> str:
    digest = hashlib.sha256(file.name.encode("utf-8", "replace"))
    # Not closed, and rewound: it has still to be read, and an upload that was closed is gone.
    source = file.open()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
    source.seek(0)
    return digest.hexdigest()


def _own_folder() -> Path:
    provider_id = current_scope().provider_id
    if provider_id is None:
        raise LookupError("Files belong to a provider: enter its scope.")
    return folder_of(provider_id)


def _check(name: str, size: int, limit: int | None = None) -> None:
    most = settings.ATTACHMENT_LIMIT_BYTES if limit is None else limit
    if size == 0:
        raise BadInput(
            f"{name} is empty.", field=FIELD, remedy="Choose the file again, or leave it out."
        )
    if size > most:
        raise TooLarge(
            f"{has_and_may(name, size, most)}.",
            remedy="Make it smaller, or send it in parts.",
        )


def _store(file: IncomingFile, limit: int | None = None, shelf: str = "") -> StoredFile:
    folder = _own_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size, head = hashlib.sha256(), 0, b""
    # The temporary file is 0600 and on the same disk, so the rename below is all or nothing.
    handle, temporary = tempfile.mkstemp(dir=folder, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as target:
            for chunk in _chunks(file):
                size += len(chunk)
                # The size that was announced may be a lie.
                _check(safe_name(file.name), size, limit)
                head = head if len(head) >= HEAD else head + chunk
                digest.update(chunk)
                target.write(chunk)
            _check(safe_name(file.name), size, limit)
            target.flush()
            os.fsync(target.fileno())
        _settle(Path(temporary), path_of(digest.hexdigest(), shelf))
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return StoredFile(safe_name(file.name), media_type_of(head[:HEAD]), size, digest.hexdigest())


def _settle(temporary: Path, place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary.rename(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _chunks(file: IncomingFile) -> Iterator[bytes]:
    with file.open() as source:
        while chunk := source.read(CHUNK):
            yield chunk


def _is_text(head: bytes) -> bool:
    try:
        # The head may end within a character.
        text = head.decode("utf-8") if len(head) < HEAD else head[:-4].decode("utf-8", "ignore")
    except UnicodeDecodeError:
        return False
    looks = text.lstrip("\ufeff \t\r\n").lower()
    if looks.startswith(("<", "%pdf", "{\\rtf")):
        return False
    return all(sign in "\t\n\r\f" or unicodedata.category(sign) != "Cc" for sign in text)


def _visible(sign: str) -> str:
    hidden = unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    return f"[U+{ord(sign):04X}]" if hidden else sign


def _shortened(name: str) -> str:
    if len(name) <= NAME_LIMIT:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:NAME_LIMIT]
    return f"{stem[: NAME_LIMIT - len(ending) - 2]}….{ending}"[-NAME_LIMIT:]
