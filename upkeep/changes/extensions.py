"""Extensions of PJSIP and their lines in the dial plan: reading and editing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from upkeep.changes.conf import (
    Section,
    inherited,
    lines_of,
    plain,
    sections_of,
    values_of,
    with_ending,
)
from upkeep.changes.problems import CannotChange

PARKED = ";portal-parked[{}] "
MARK = " ; by the portal"
EXTEN = re.compile(r"^\s*exten\s*=>?\s*([^,\s]+)\s*,", re.IGNORECASE)
SAME = re.compile(r"^\s*same\s*=>?", re.IGNORECASE)
LOGIN_KINDS = frozenset({"userpass", ""})


@dataclass(frozen=True, slots=True)
class SipLogin:
    """How the phone of an extension signs in."""

    username: str
    password: str = field(repr=False)


def extensions_of(pjsip: str) -> dict[str, dict[str, str]]:
    """Return the settings of the endpoints that phones sign in to, by number."""
    sections = sections_of(lines_of(pjsip))
    found = {}
    for section in sections:
        values = inherited(section, sections)
        if section.is_template or values.get("type") != "endpoint" or not section.name.isdigit():
            continue
        found[section.name] = values
    return found


def logins_of(pjsip: str) -> dict[str, SipLogin]:
    """Return how each extension signs in, where the file says it in plain."""
    sections = sections_of(lines_of(pjsip))
    found = {}
    for number, endpoint in extensions_of(pjsip).items():
        auth = values_of(endpoint.get("auth", ""), "auth", sections)
        if auth.get("password") and auth.get("auth_type", "") in LOGIN_KINDS:
            found[number] = SipLogin(auth.get("username", number), auth["password"])
    return found


def parts_of(pjsip: str, number: str) -> list[Section]:
    """Return the sections that make an extension. Raises CannotChange when there is none."""
    sections = sections_of(lines_of(pjsip))
    endpoint = extensions_of(pjsip).get(number)
    if endpoint is None:
        raise CannotChange(
            f"There is no extension {number} in pjsip.conf.",
            field="number",
            remedy="It may be made in a file of its own: change that file, or record by hand.",
        )
    wanted = {
        (number, "endpoint"),
        (endpoint.get("auth", ""), "auth"),
        *((name.strip(), "aor") for name in endpoint.get("aors", "").split(",")),
    }
    found = [
        section
        for section in sections
        if not section.is_template
        and (section.name, inherited(section, sections).get("type", "")) in wanted
    ]
    shared = [one.name for one in found if one.name != number]
    if shared:
        raise CannotChange(
            f"Extension {number} shares the section [{shared[0]}] of pjsip.conf.",
            field="number",
            remedy="Change the file itself instead.",
        )
    return found


def copied(pjsip: str, like: str, number: str, name: str, password: str) -> str:
    """Add an extension that is as another one is, with a name and a password of its own."""
    if number in extensions_of(pjsip):
        raise CannotChange(f"Extension {number} is there already.", field="number")
    lines = lines_of(pjsip)
    block = "".join(
        with_ending(_renumbered(line, like, number))
        for section in parts_of(pjsip, like)
        for line in lines[section.start : section.end]
    )
    text = f"{with_ending(pjsip)}\n{block}"
    return with_secret(with_name(text, number, name), number, password)


def _renumbered(line: str, like: str, number: str) -> str:
    return re.sub(rf"(?<![0-9A-Za-z]){re.escape(like)}(?![0-9A-Za-z])", number, line)


def without(pjsip: str, number: str) -> str:
    """Take an extension out."""
    lines = lines_of(pjsip)
    for section in reversed(parts_of(pjsip, number)):
        del lines[section.start : section.end]
    return "".join(lines)


def with_name(pjsip: str, number: str, name: str) -> str:
    """Set the name that others see when an extension calls."""
    return _with_setting(pjsip, number, "endpoint", "callerid", f'"{name}" <{number}>')


def with_secret(pjsip: str, number: str, password: str) -> str:
    """Set the password with which an extension's phone signs in."""
    return _with_setting(pjsip, number, "auth", "password", password)


def _with_setting(pjsip: str, number: str, kind: str, key: str, value: str) -> str:
    lines, sections = lines_of(pjsip), sections_of(lines_of(pjsip))
    for section in parts_of(pjsip, number):
        if inherited(section, sections).get("type") != kind:
            continue
        places = _places(lines, section, key)
        for place in places:
            lines[place] = f"{key}={value}\n"
        if not places:
            lines[section.end - 1] = with_ending(lines[section.end - 1])
            lines.insert(section.end, f"{key}={value}\n")
        return "".join(lines)
    raise CannotChange(
        f"Extension {number} has no {kind} of its own in pjsip.conf.", field="number"
    )


def _places(lines: Sequence[str], section: Section, key: str) -> list[int]:
    wanted = re.compile(rf"^\s*{re.escape(key)}\s*=", re.IGNORECASE)
    inside = dict(plain(lines))
    return [at for at in range(section.start + 1, section.end) if wanted.match(inside.get(at, ""))]


def dialled(dialplan: str, context: str, number: str) -> list[int]:
    """Return the lines of a dial plan that are about exactly this number, with what follows."""
    lines = lines_of(dialplan)
    code = dict(plain(lines))
    found = []
    for section in sections_of(lines):
        mine = False
        for at in range(section.start + 1, section.end) if section.name == context else ():
            if match := EXTEN.match(code.get(at, "")):
                mine = match[1] == number
            elif not SAME.match(code.get(at, "")):
                continue
            if mine:
                found.append(at)
    return found


def with_number(dialplan: str, context: str, number: str, entries: Iterable[str]) -> str:
    """Put a number into a context, in place of what it did there until now."""
    text = without_number(dialplan, context, number)
    lines = lines_of(text)
    sections = [one for one in sections_of(lines) if one.name == context and not one.is_template]
    if not sections:
        raise CannotChange(
            f"The dial plan has no context [{context}] in extensions.conf.",
            remedy="Change the file itself instead.",
        )
    end = sections[-1].end
    lines[end - 1] = with_ending(lines[end - 1])
    lines[end:end] = [f"{entry}{MARK}\n" for entry in entries]
    return "".join(lines)


def without_number(dialplan: str, context: str, number: str) -> str:
    """Take a number out of a context."""
    lines = lines_of(dialplan)
    for at in reversed(dialled(dialplan, context, number)):
        del lines[at]
    return "".join(lines)


def parked(dialplan: str, context: str, number: str) -> str:
    """Put aside what a number does, so that `unparked` finds it again."""
    lines = lines_of(dialplan)
    for at in dialled(dialplan, context, number):
        if lines[at].rstrip("\r\n").endswith(MARK):
            raise CannotChange(
                f"{number} is already forwarded, or a ring group.",
                field="number",
                remedy="Stop the forward first.",
            )
        lines[at] = f"{PARKED.format(context)}{lines[at]}"
    return "".join(lines)


def unparked(dialplan: str, context: str, number: str) -> str:
    """Have a number do again what it did before it was put aside. CannotChange: it was not."""
    ours = dialled(dialplan, context, number)
    lines = lines_of(dialplan)
    if not ours or not all(lines[at].rstrip("\r\n").endswith(MARK) for at in ours):
        raise CannotChange(f"Extension {number} is not forwarded by the portal.", field="number")
    for at in reversed(ours):
        del lines[at]
    mark, mine = PARKED.format(context), False
    for at, line in enumerate(lines):
        if not line.startswith(mark):
            continue
        kept = line[len(mark) :]
        if match := EXTEN.match(kept):
            mine = match[1] == number
        if mine:
            lines[at] = kept
    return "".join(lines)
