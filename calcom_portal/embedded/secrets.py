"""Generated secrets, one per file, readable by their owner only."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def _by_chance() -> str:
    return secrets.token_urlsafe(32)


def kept_secret(var: Path, name: str, make: Callable[[], str] = _by_chance) -> str:
    """Return the secret `name`, made and written to `var`/secrets at its first use."""
    path = var / "secrets" / name
    with suppress(FileNotFoundError):
        return path.read_text(encoding="ascii").strip()
    value = make()
    write_private(path, value + "\n")
    return value


def write_private(path: Path, text: str) -> None:
    """Write `text` to `path`, whole or not at all, with mode 0600 in a folder of mode 0700."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
