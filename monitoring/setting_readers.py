"""Readers of what people type as settings of checks: each gives what is kept, or refuses. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from calcom_portal.common.errors import BadInput
from calcom_portal.common.text import has_control, has_line_break, is_blank
from monitoring.probes.facts import Fact

Value = str | int
Reader = Callable[[str, object], Value]
TextReader = Callable[[str, object], str]

LONGEST_HOST = 253
LONGEST_LABEL = 63
LONGEST_ADDRESS = 500
LONGEST_TEXT = 200
LOWEST_CODE, HIGHEST_CODE = 100, 699
DIGITS = re.compile(r"[0-9]{1,9}")
CODES = re.compile(r"[0-9]{3}(?:\s*-\s*[0-9]{3})?")
LABEL = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?")
BOUND = re.compile(r"([a-z0-9_.]+)\s*(<=|>=)\s*(-?[0-9]{1,9}(?:\.[0-9]{1,3})?)")


def text(longest: int = LONGEST_TEXT) -> TextReader:
    """Return a reader of one line of text."""

    def read(name: str, raw: object) -> str:
        if not isinstance(raw, str):
            raise BadInput("This has to be text.", field=name)
        if len(raw) > longest:
            raise BadInput(f"This may be {longest} characters long at most.", field=name)
        if has_control(raw) or has_line_break(raw):
            raise BadInput("This may hold no line breaks and no invisible signs.", field=name)
        return raw.strip()

    return read


def number(lowest: int, highest: int) -> Reader:
    """Return a reader of a whole number in plain digits, both ends included."""

    def read(name: str, raw: object) -> int:
        plain = str(raw).strip() if isinstance(raw, str | int) else ""
        if isinstance(raw, bool) or not DIGITS.fullmatch(plain):
            raise BadInput("This has to be a whole number, such as 5060.", field=name)
        if not lowest <= int(plain) <= highest:
            raise BadInput(f"This has to be between {lowest} and {highest}.", field=name)
        return int(plain)

    return read


def one_of(*choices: str) -> Reader:
    """Return a reader of one word out of a few."""

    def read(name: str, raw: object) -> str:
        if raw not in choices:
            raise BadInput(f"This has to be one of {', '.join(choices)}.", field=name)
        return str(raw)

    return read


def read_codes(name: str, raw: object) -> str:
    """Read status codes such as "200-299, 401", and write them in one form."""
    parts = [part.strip() for part in str(raw).split(",") if part.strip()]
    if not isinstance(raw, str) or not all(CODES.fullmatch(part) for part in parts):
        raise BadInput('Write status codes such as "200-299, 401".', field=name)
    spans = [tuple(int(end) for end in part.split("-")) for part in parts]
    if any(not LOWEST_CODE <= span[0] <= span[-1] <= HIGHEST_CODE for span in spans):
        raise BadInput(
            f"Status codes are between {LOWEST_CODE} and {HIGHEST_CODE}, the lower one first.",
            field=name,
        )
    return ", ".join("-".join(str(end) for end in span) for span in spans)


def codes_of(written: str) -> frozenset[int]:
    """Return the codes that a text read by `read_codes` stands for."""
    spans = [[int(end) for end in part.split("-")] for part in written.split(",") if part.strip()]
    return frozenset(code for span in spans for code in range(span[0], span[-1] + 1))


def read_host(name: str, raw: object) -> str:
    """Read the name or the address of a machine ("" for the connection's).

    Where it may lie is the egress policy's matter, when it is asked.
    """
    host = text(LONGEST_HOST)(name, raw)
    if host and not (":" in host or _is_plain(host)):
        raise BadInput(
            f"{host!r} is no name of a machine.",
            field=name,
            remedy="Write a name such as pbx.example.com, or an address such as 192.0.2.1.",
        )
    return host


def _is_plain(host: str) -> bool:
    try:
        labels = host.rstrip(".").encode("idna").decode().split(".")
    except UnicodeError:
        return False
    return all(len(label) <= LONGEST_LABEL and LABEL.fullmatch(label) for label in labels)


def read_page(name: str, raw: object) -> str:
    """Read the address of a page ("" for the connection's)."""
    page = text(LONGEST_ADDRESS)(name, raw)
    if page and not page.lower().startswith(("http://", "https://")):
        raise BadInput("Write an address that begins with http:// or https://.", field=name)
    if "@" in page.partition("://")[2].partition("/")[0]:
        raise BadInput("Leave the name and the password out of the address.", field=name)
    return page


def read_path(name: str, raw: object) -> str:
    """Read the path of a page."""
    path = text(LONGEST_ADDRESS)(name, raw)
    if not path.startswith("/"):
        raise BadInput("Write a path that begins with /.", field=name)
    return path


def read_name(name: str, raw: object) -> str:
    """Read a name to look up; underscores are allowed in it (_sip._udp.example.com)."""
    asked = text(LONGEST_HOST)(name, raw)
    if is_blank(asked) or not _is_plain(asked.replace("_", "x")):
        raise BadInput(f"{asked!r} is no name that can be looked up.", field=name)
    return asked


def some_of(*choices: str) -> TextReader:
    """Return a reader of some words out of a few, with commas between them."""

    def read(name: str, raw: object) -> str:
        words = words_of(raw) if isinstance(raw, str) else []
        if not words or any(word not in choices for word in words):
            raise BadInput(f"Choose among {', '.join(choices)}.", field=name)
        return ", ".join(choice for choice in choices if choice in words)

    return read


def words_of(written: str) -> list[str]:
    """Return the parts of a text with commas."""
    return [part.strip() for part in written.split(",") if part.strip()]


def read_limits(name: str, raw: object) -> str:
    """Read bounds of facts such as "disk.used_percent <= 80, tls.days_left >= 30"."""
    parts = words_of(raw) if isinstance(raw, str) else [""]
    found = [BOUND.fullmatch(part) for part in parts]
    facts = {fact.value for fact in Fact}
    if any(bound is None or bound[1] not in facts for bound in found):
        raise BadInput(
            'Write limits such as "disk.used_percent <= 80, tls.days_left >= 30".', field=name
        )
    return ", ".join(f"{bound[1]} {bound[2]} {bound[3]}" for bound in found if bound)


def bounds_of(written: str) -> Iterable[tuple[Fact, str, float]]:
    """Return the fact, the sign and the number of each bound that `read_limits` read."""
    for part in words_of(written):
        fact, sign, figure = part.split()
        yield Fact(fact), sign, float(figure)
