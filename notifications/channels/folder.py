"""Mail into a folder, for the demo: one .eml file a message, in a folder for each provider."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

# Mail that no provider sends: password resets and the like.
ACCOUNT = "account"


class FolderBackend(BaseEmailBackend):
    """Writes to settings.MAIL_DIR. A reader sees a whole file or none."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each message; return how many. Raises OSError when the disk does."""
        for message in email_messages:
            _write(folder_of(getattr(message, "provider_id", None)), message)
        return len(email_messages)


def folder_of(provider_id: int | None) -> Path:
    """Return where the mail of a provider (or of nobody) lies."""
    return Path(settings.MAIL_DIR) / (str(provider_id) if provider_id else ACCOUNT)


def _write(folder: Path, message: Any) -> None:
    raw = message.message().as_bytes(linesep="\r\n")
    # Names sort by time; the hash keeps two of one microsecond apart.
    name = f"{time.time_ns() // 1000:016d}-{hashlib.sha256(raw).hexdigest()[:12]}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{name}.{os.getpid()}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
    unfinished.rename(folder / f"{name}.eml")
