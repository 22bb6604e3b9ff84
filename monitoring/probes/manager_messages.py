"""The text of Asterisk's manager interface (AMI): requests out, messages in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import md5

Message = Mapping[str, str]

MESSAGE_END = b"\r\n\r\n"
LARGEST_MESSAGE = 64 * 1024
MOST_LINES = 200


def manager_request(action: str, fields: Mapping[str, str]) -> bytes:
    """Return an action as it travels. ValueError for a value that would add lines of its own."""
    lines = {"Action": action, **fields}
    for name, value in lines.items():
        if not value.isprintable():
            raise ValueError(f"{name} holds what the manager interface would take for a new line")
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{text}\r\n".encode()


def read_message(block: bytes) -> Message:
    """Return the fields of one message; of a name that comes twice the first one counts."""
    fields: dict[str, str] = {}
    for line in block.decode("utf-8", errors="replace").split("\r\n")[:MOST_LINES]:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip(), value.strip())
    return fields


def answer_to_challenge(challenge: str, secret: str) -> str:
    """Return the key that proves that we know the secret without sending it."""
    # The interface knows no other digest; the way there is encrypted by SSH.
    return md5(f"{challenge}{secret}".encode(), usedforsecurity=False).hexdigest()
