"""SIP requests that ask whether a call engine is alive, and what its answer says (RFC 3261).

Without any network: bytes out, bytes in.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

MAGIC = "z9hG4bK"  # RFC 3261, 8.1.1.7: a branch of this version of SIP
LONGEST_ANSWER = 64 * 1024
MOST_HEADERS = 100
LONGEST_LINE = 8 * 1024
COMPACT = {"v": "via", "i": "call-id", "l": "content-length", "f": "from", "t": "to"}
STATUS_LINE = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: (.*))?")
BRANCH = re.compile(r";\s*branch=([^;,\s]+)", re.IGNORECASE)
FIRST_FINAL = 200
PLAIN = re.compile(r"[A-Za-z0-9.:\[\]_-]+")
# The user part of RFC 3261, 25.1, without escapes.
EXTENSION = re.compile(r"[A-Za-z0-9_.!~*'()&=+$,;?/-]{1,64}")


class NotSip(ValueError):
    """What came back is no SIP answer; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class SipRequest:
    """A request, and the branch by which its answer is known."""

    branch: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SipAnswer:
    """An answer: its status, the words beside it, and its headers by lower-case name."""

    status: int
    reason: str
    headers: Mapping[str, str]

    @property
    def is_final(self) -> bool:
        """Is it more than "I am trying" (RFC 3261, 7.2)?"""
        return self.status >= FIRST_FINAL

    @property
    def branch(self) -> str:
        """Return the branch of the topmost Via, or ''."""
        found = BRANCH.search(self.headers.get("via", "").partition(",")[0])
        return found[1] if found else ""

    @property
    def body_length(self) -> int:
        """Return how many bytes follow the headers. Raises NotSip for what is no such number."""
        length = self.headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length[:9]) > LONGEST_ANSWER:
            raise NotSip("the length of the answer makes no sense")
        return int(length)

    @property
    def software(self) -> str:
        """Return what the other side calls itself, or ''."""
        return self.headers.get("server") or self.headers.get("user-agent", "")


@dataclass(frozen=True, slots=True)
class SipPlaces:
    """From where to where a request goes. `local` is our own "address:port", for answers.

    `transport` is UDP, TCP or TLS. Raises ValueError for what could break a header.
    """

    host: str
    port: int
    transport: str
    local: str

    def __post_init__(self) -> None:
        for text in (self.host, self.local, self.transport):
            if not PLAIN.fullmatch(text):
                raise ValueError(f"{text!r} cannot stand in a SIP header")

    @property
    def uri(self) -> str:
        """Return the address of the server as a SIP URI."""
        bare = ":" in self.host and not self.host.startswith("[")
        return f"sip:{f'[{self.host}]' if bare else self.host}:{self.port}"


def options_request(places: SipPlaces) -> SipRequest:
    """Return an OPTIONS request (RFC 3261, 11)."""
    asked_by = f"sip:monitor@{places.local}"
    more = (f"Contact: <{asked_by}>", "Accept: application/sdp")
    return _request("OPTIONS", places, asked_by, places.uri, secrets.token_hex(12), 1, more)


def register_query(
    places: SipPlaces,
    extension: str,
    *,
    call: str,
    number: int,
    header: str = "Authorization",
    authorization: str = "",
) -> SipRequest:
    """Return a REGISTER without a Contact: it asks what is registered and changes nothing.

    (RFC 3261, 10.2.3.) `call` and `number` stay and grow over the tries of one query. Raises
    ValueError for an extension that could break a header.
    """
    if not EXTENSION.fullmatch(extension):
        raise ValueError(f"{extension!r} cannot stand in a SIP header")
    person = places.uri.replace("sip:", f"sip:{extension}@", 1)
    more = (f"{header}: {authorization}",) if authorization else ()
    return _request("REGISTER", places, person, person, call, number, more)


def _request(
    method: str,
    places: SipPlaces,
    sender: str,
    receiver: str,
    call: str,
    number: int,
    more: tuple[str, ...],
) -> SipRequest:
    branch = MAGIC + secrets.token_hex(12)
    lines = (
        f"{method} {places.uri} SIP/2.0",
        f"Via: SIP/2.0/{places.transport} {places.local};rport;branch={branch}",
        "Max-Forwards: 70",
        f"From: <{sender}>;tag={secrets.token_hex(6)}",
        f"To: <{receiver}>",
        f"Call-ID: {call}",
        f"CSeq: {number} {method}",
        *more,
        "User-Agent: Portal-Monitor",
        "Content-Length: 0",
        "",
        "",
    )
    return SipRequest(branch, "\r\n".join(lines).encode())


def read_answer(data: bytes) -> SipAnswer:
    """Read an answer. Raises NotSip for garbage, and for more than an answer needs to say."""
    if len(data) > LONGEST_ANSWER:
        raise NotSip("the answer is larger than 64 kB")
    head = data.partition(b"\r\n\r\n")[0].decode("utf-8", errors="replace")
    first, *lines = head.split("\r\n")
    status = STATUS_LINE.fullmatch(first)
    if status is None:
        raise NotSip("the answer is not SIP")
    if len(lines) > MOST_HEADERS or any(len(line) > LONGEST_LINE for line in lines):
        raise NotSip("the answer has too many or too long headers")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, text = line.partition(":")
        if not colon:
            raise NotSip("a header of the answer has no name")
        key = name.strip().lower()
        headers.setdefault(COMPACT.get(key, key), text.strip())
    return SipAnswer(int(status[1]), (status[2] or "").strip(), headers)
