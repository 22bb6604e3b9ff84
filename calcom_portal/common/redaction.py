"""What a log may not say: values that are secret are masked in every line before it is written.

Two nets. A value that is open in this process is a `Secret`: while one lives, its text is masked
wherever it turns up, in a message, in its arguments, in a traceback. Beside that, what looks like a
secret by what stands around it is masked as well, so that what a library writes of its own is
caught too.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterable
from weakref import WeakSet

MASK = "•••"
# Shorter texts are parts of ordinary words: to mask them would spoil every line and hide nothing.
SHORTEST = 4

_open: WeakSet[Secret] = WeakSet()
_open_guard = threading.Lock()


class Secret:
    """A text that is shown to nobody by accident: `open()` is the only way to it.

    Printing, formatting and logging give a mask; JSON, pickle and therefore task arguments refuse
    it.
    """

    __slots__ = ("__weakref__", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        with _open_guard:
            _open.add(self)

    def open(self) -> str:
        """Return the text."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    # By identity: two secrets of one text live and die by themselves in the set of open ones.
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __reduce__(self) -> str:
        raise TypeError("A secret is not sent anywhere: send the id of its row.")


class RedactingFormatter(logging.Formatter):
    """Writes a line, its traceback included, without what is secret."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for the log."""
        return redact(super().format(record))


def redact(text: str) -> str:
    """Return `text` with what is secret in it masked."""
    with _open_guard:
        secrets = list(_open)
    for value in _values(secrets):
        text = text.replace(value, MASK)
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def _values(secrets: Iterable[Secret]) -> list[str]:
    """Return what to mask, the longest first: a key is masked whole, not by a word inside it."""
    texts = {secret.open() for secret in secrets}
    # A traceback and repr() write line breaks in their own way: each line counts by itself.
    lines = {line.strip() for text in texts for line in text.splitlines()}
    return sorted((line for line in lines | texts if len(line) >= SHORTEST), key=len, reverse=True)


NAMES = (
    r"pass(?:word|phrase|wd)?|secret|token|community|api[_-]?key|private[_-]?key"
    r"|auth(?:entication)?[_-]?(?:key|password)|priv(?:acy)?[_-]?(?:key|password)?"
)
PATTERNS = (
    # The body of a key in PEM, whole or cut off.
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            re.DOTALL,
        ),
        MASK,
    ),
    # Authorization headers, digests included, up to the end of the line.
    (re.compile(r"(?i)\b((?:proxy-)?authorization\b['\"]?\s*[:=]\s*)[^\r\n]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]{8,}"), rf"\1{MASK}"),
    # A name and its value: password=hunter2, "token": "x", community 'public'.
    (
        re.compile(rf"(?i)\b((?:{NAMES})['\"]?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&)}}\]]+)"),
        rf"\1{MASK}",
    ),
    # User and password in an address.
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@]*:[^\s/@]*@"), rf"\1{MASK}@"),
    # The token of a heartbeat stands in its address.
    (re.compile(r"(/beat/)[\w-]{8,}"), rf"\1{MASK}"),
    # Sealed texts.
    (re.compile(r"\bk1\.[0-9a-f]{8}\.[\w=-]+"), MASK),
)
