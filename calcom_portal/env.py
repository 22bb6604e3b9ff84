"""Typed readers of the environment.

A missing or malformed variable stops the start with a `BadSetting` that names the variable, the
shape that was wanted and what to do. The value itself is never repeated: it may be a secret.
A variable that is set to the empty string counts as not set.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
Network = IPv4Network | IPv6Network

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class BadSetting(ImproperlyConfigured):
    """A variable of the environment that the portal cannot start with."""

    def __init__(self, name: str, *, problem: str, wanted: str, remedy: str) -> None:
        super().__init__(f"{name} {problem}. Wanted: {wanted}. {remedy}")
        self.name = name


def env_str(name: str, default: str | None = None, *, choices: tuple[str, ...] = ()) -> str:
    """Return the text in `name`. Without a default the variable is required."""
    wanted = f"one of {', '.join(choices)}" if choices else "some text"

    def parse(text: str) -> str:
        if choices and text not in choices:
            raise ValueError
        return text

    return _read(name, default, parse, wanted)


def env_bool(name: str, default: bool | None = None) -> bool:
    """Return a yes or no, written 1, true, yes, on or 0, false, no, off in any case."""

    def parse(text: str) -> bool:
        word = text.lower()
        if word not in _TRUE | _FALSE:
            raise ValueError
        return word in _TRUE

    return _read(name, default, parse, "1, true, yes, on or 0, false, no, off")


def env_int(
    name: str, default: int | None = None, *, minimum: int | None = None, maximum: int | None = None
) -> int:
    """Return a whole number between `minimum` and `maximum`, both included."""
    limits = [f"at least {minimum}"] if minimum is not None else []
    limits += [f"at most {maximum}"] if maximum is not None else []
    wanted = " ".join(["a whole number", " and ".join(limits)]).strip()

    def parse(text: str) -> int:
        number = int(text)
        if minimum is not None and number < minimum:
            raise ValueError
        if maximum is not None and number > maximum:
            raise ValueError
        return number

    return _read(name, default, parse, wanted)


def env_list(name: str, default: tuple[str, ...] | None = None) -> list[str]:
    """Return the parts of a comma-separated text, without blanks and empty parts."""

    def parse(text: str) -> list[str]:
        return [part.strip() for part in text.split(",") if part.strip()]

    return _read(name, None if default is None else list(default), parse, "a comma-separated list")


def env_networks(name: str, default: tuple[str, ...] = ()) -> tuple[Network, ...]:
    """Return the networks of a comma-separated text such as `10.0.0.0/8, fd00::/8`."""

    def parse(text: str) -> tuple[Network, ...]:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())

    return _read(name, tuple(map(ip_network, default)), parse, "networks such as 10.0.0.0/8")


def env_url(name: str, default: str | None = None, *, schemes: tuple[str, ...]) -> str:
    """Return an address with one of `schemes` and, except for `unix`, a host."""
    wanted = " or ".join(f"{scheme}://…" for scheme in schemes)

    def parse(text: str) -> str:
        parts = _split(text)
        if parts.scheme not in schemes:
            raise ValueError
        if parts.scheme != "unix" and not (
            parts.hostname or "host" in dict(parse_qsl(parts.query))
        ):
            raise ValueError
        return text

    return _read(name, default, parse, wanted)


def env_path(name: str, default: Path | None = None) -> Path:
    """Return an absolute path; a relative one is taken from the working directory."""

    def parse(text: str) -> Path:
        if "\0" in text:
            raise ValueError
        return Path(text).expanduser().resolve()

    return _read(name, default, parse, "a path")


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """The parts of a postgresql:// address, percent-decoding done."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: dict[str, str]

    @classmethod
    def from_url(cls, url: str) -> "DatabaseAddress":
        """Read `postgresql://user:password@host:port/name?option=value`."""
        parts = _split(url)
        options = dict(parse_qsl(parts.query))
        return cls(
            name=unquote(parts.path.lstrip("/")),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            # libpq takes the folder of a unix socket as `host` in the query.
            host=options.pop("host", parts.hostname or ""),
            port=str(parts.port or ""),
            options=options,
        )

    def django(self, **more: Any) -> dict[str, Any]:
        """Return the entry for Django's DATABASES; `more` adds or replaces keys."""
        return {
            "ENGINE": "calcom_portal.postgresql",
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": self.port,
            "OPTIONS": dict(self.options),
            **more,
        }


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over. `smtps` speaks TLS at once, `smtp+tls` after STARTTLS."""

    host: str
    port: int
    user: str
    password: str
    use_ssl: bool
    use_starttls: bool

    @classmethod
    def from_url(cls, url: str) -> "MailServer":
        """Read `smtp://`, `smtp+tls://` or `smtps://user:password@host:port`."""
        parts = _split(url)
        default_port = {"smtps": 465, "smtp+tls": 587}.get(parts.scheme, 25)
        return cls(
            host=parts.hostname or "",
            port=parts.port or default_port,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            use_ssl=parts.scheme == "smtps",
            use_starttls=parts.scheme == "smtp+tls",
        )


def _split(url: str) -> SplitResult:
    parts = urlsplit(url)
    # The port is only checked when it is read.
    _ = parts.port
    return parts


def _read(name: str, default: T | None, parse: Callable[[str], T], wanted: str) -> T:
    text = os.environ.get(name, "").strip()
    if not text:
        if default is None:
            raise BadSetting(
                name,
                problem="is not set",
                wanted=wanted,
                remedy=f"Set {name} in the environment; .env.example lists every variable.",
            )
        return default
    try:
        return parse(text)
    except ValueError:
        remedy = "Correct it" if default is None else "Correct it, or remove it to use the default"
        # The cause is dropped on purpose: its text repeats the value, which may be a secret.
        raise BadSetting(
            name, problem="is not understood", wanted=wanted, remedy=f"{remedy}."
        ) from None
