"""Answers to a digest challenge (RFC 7616; MD5 of RFC 2617 for old phone systems). Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

PARAMETER = re.compile(r'([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^,\s]+))')
QUOTED_PAIR = re.compile(r"\\(.)")
LONGEST = 4096


class NoAnswer(ValueError):
    """The challenge asks for something that is not known here; the text says for what."""


def _hash(name: str) -> Callable[[str], str]:
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


HASHES: Mapping[str, Callable[[str], str]] = {
    "MD5": _hash("md5"),
    "SHA-256": _hash("sha256"),
    "SHA-512-256": _hash("sha512_256"),
}


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks. The password is never shown."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server wants to see answered (WWW-Authenticate or Proxy-Authenticate)."""

    realm: str
    nonce: str
    algorithm: str
    opaque: str = ""
    protects: bool = False


def read_challenge(header: str) -> Challenge:
    """Read a challenge. Raises NoAnswer for another scheme, hash or protection than known."""
    scheme, _, rest = header[:LONGEST].strip().partition(" ")
    if scheme.lower() != "digest":
        raise NoAnswer(f"the server asks for {scheme[:20] or 'nothing'} instead of a digest")
    found = {
        name.lower(): QUOTED_PAIR.sub(r"\1", quoted) if quoted else bare
        for name, quoted, bare in PARAMETER.findall(rest)
    }
    algorithm = found.get("algorithm", "MD5").upper()
    if algorithm not in HASHES:
        raise NoAnswer(f"the server asks for the unknown hash {algorithm[:20]}")
    protections = {name.strip() for name in found.get("qop", "").split(",")}
    if protections not in ({""}, {"auth"}, {"auth", "auth-int"}):
        raise NoAnswer("the server asks for a protection that is unknown here")
    return Challenge(
        realm=found.get("realm", ""),
        nonce=found.get("nonce", ""),
        algorithm=algorithm,
        opaque=found.get("opaque", ""),
        protects="auth" in protections,
    )


def authorization(
    challenge: Challenge, login: Login, *, method: str, uri: str, client_nonce: str
) -> str:
    """Return the value of the Authorization header for one request (RFC 7616, 3.4)."""
    digest = HASHES[challenge.algorithm]
    secret = digest(f"{login.username}:{challenge.realm}:{login.password}")
    action = digest(f"{method}:{uri}")
    fields = [
        f'username="{_quoted(login.username)}"',
        f'realm="{_quoted(challenge.realm)}"',
        f'nonce="{_quoted(challenge.nonce)}"',
        f'uri="{uri}"',
        f"algorithm={challenge.algorithm}",
    ]
    if challenge.protects:
        proof = digest(f"{secret}:{challenge.nonce}:00000001:{client_nonce}:auth:{action}")
        fields += ["qop=auth", "nc=00000001", f'cnonce="{client_nonce}"']
    else:
        proof = digest(f"{secret}:{challenge.nonce}:{action}")
    fields.append(f'response="{proof}"')
    if challenge.opaque:
        fields.append(f'opaque="{_quoted(challenge.opaque)}"')
    return "Digest " + ", ".join(fields)


def _quoted(text: str) -> str:
    # What came in with a header goes out in one: no line may end in it.
    return re.sub(r'(["\\])', r"\\\1", re.sub(r"[\r\n\0]", "", text))
