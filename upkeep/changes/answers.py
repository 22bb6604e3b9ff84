"""What a change asks for, and what may be answered. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from upkeep.changes.problems import CannotChange

LONGEST_FILE = 512 * 1024
LONGEST_TEXT = 20_000
LONGEST_WORDS = 300
MOST_MEMBERS = 20


class Form(StrEnum):
    """How an answer is written."""

    NUMBER = "number"
    NUMBERS = "numbers"
    DIALLED = "dialled"
    NAME = "name"
    SECRET = "secret"  # noqa: S105 - the name of a form, no secret
    SECONDS = "seconds"
    PATH = "path"
    TEXT = "text"
    UNIT = "unit"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a change."""

    name: str
    title: str
    form: Form
    help: str = ""
    is_required: bool = True


NUMBER = re.compile(r"[0-9]{2,8}")
DIALLED = re.compile(r"\+?[0-9*#]{2,20}")
# What a caller's name can hold in quotes, in a line of a file.
NAME = re.compile(r"[^\x00-\x1f\x7f\"<>;\\\[\],]{1,60}")
SECRET = re.compile(r"[A-Za-z0-9._~!@%^*+-]{12,64}")
UNIT = re.compile(r"[A-Za-z0-9@_][A-Za-z0-9@_.-]{0,79}")
PATH = re.compile(r"/[A-Za-z0-9._/-]{1,199}")


def _number(text: str) -> str:
    if not NUMBER.fullmatch(text):
        raise ValueError("Write an extension of 2 to 8 digits, such as 102.")
    return text


def _numbers(text: str) -> str:
    members = [part for part in re.split(r"[,\s]+", text) if part]
    if not 1 <= len(members) <= MOST_MEMBERS or len(set(members)) != len(members):
        raise ValueError(f"Write 1 to {MOST_MEMBERS} different extensions, such as 101, 102.")
    return ",".join(_number(member) for member in members)


def _dialled(text: str) -> str:
    bare = re.sub(r"[\s().-]", "", text)
    if not DIALLED.fullmatch(bare):
        raise ValueError("Write the number as it is dialled, such as 205 or 915551234567.")
    return bare


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError("Write 1 to 60 characters, without quotes, commas and brackets.")
    return text


def _secret(text: str) -> str:
    if not SECRET.fullmatch(text):
        raise ValueError("Write 12 to 64 letters, digits or . _ ~ ! @ % ^ * + -")
    return text


def _seconds(text: str) -> str:
    if not text.isascii() or not text.isdigit() or not 5 <= int(text) <= 120:
        raise ValueError("Write 5 to 120 seconds.")
    return str(int(text))


def _path(text: str) -> str:
    if not PATH.fullmatch(text) or ".." in text.split("/") or text.endswith("/"):
        raise ValueError("Choose one of the files offered.")
    return text


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"Write {LONGEST_TEXT:,} characters at most.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(not sign.isprintable() and sign not in "\n\t" for sign in text):
        raise ValueError("This holds signs that are no text: type it again.")
    return text


def _unit(text: str) -> str:
    if not UNIT.fullmatch(text):
        raise ValueError("Choose one of the services offered.")
    return text


def _words(text: str) -> str:
    text = " ".join(text.split())
    if not 1 <= len(text) <= LONGEST_WORDS:
        raise ValueError(f"Write 1 to {LONGEST_WORDS} characters.")
    return text


READERS: Mapping[Form, Callable[[str], str]] = {
    Form.NUMBER: _number,
    Form.NUMBERS: _numbers,
    Form.DIALLED: _dialled,
    Form.NAME: _name,
    Form.SECRET: _secret,
    Form.SECONDS: _seconds,
    Form.PATH: _path,
    Form.TEXT: _text,
    Form.UNIT: _unit,
    Form.WORDS: _words,
}


def read_answers(asked: tuple[Asked, ...], given: Mapping[str, str]) -> dict[str, str]:
    """Return the answers as they are kept. Raises CannotChange with the field."""
    found = {}
    for one in asked:
        text = given.get(one.name, "")
        text = text if one.form is Form.TEXT else text.strip()
        if not text and not one.is_required:
            found[one.name] = ""
            continue
        try:
            found[one.name] = READERS[one.form](text)
        except ValueError as error:
            raise CannotChange(str(error), field=one.name) from error
    return found
