"""`manage.py clock`: one answer a line, never a traceback."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from contracts.questions import answer
from tests.builders import BUSINESS_HOURS


def ask(op: str, **parts: Any) -> dict[str, Any]:
    return answer(json.dumps({"op": op, "calendar": BUSINESS_HOURS} | parts))


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-06-15T10:00-07:00", 8, "2026-06-16T16:00:00+00:00"),
        ("2026-06-15T10:00-07:00", 24, "2026-06-17T23:00:00+00:00"),
        ("2026-06-12T16:00-07:00", 8, "2026-06-15T22:00:00+00:00"),
        ("2026-07-02T15:00-07:00", 24, "2026-07-08T19:00:00+00:00"),
        ("2026-03-06T16:00-08:00", 8, "2026-03-09T22:00:00+00:00"),
        ("2026-11-01T01:30-07:00", 8, "2026-11-03T00:00:00+00:00"),
    ],
)
def test_the_worked_examples_come_out(start: str, hours: int, due: str) -> None:
    assert ask("add", start=start, amount_seconds=hours * 3600) == {"result": due}


def test_a_hold_moves_the_deadline() -> None:
    pause = ["2026-06-12T16:00-07:00", "2026-06-15T09:00-07:00"]
    asked = ask("add", start="2026-06-12T14:00-07:00", amount_seconds=28800, pauses=[pause])
    assert asked == {"result": "2026-06-15T22:00:00+00:00"}


def test_the_other_questions_are_answered() -> None:
    monday = "2026-06-15T07:00-07:00"
    assert ask("between", start=monday, end="2026-06-15T10:00:00.500-07:00") == {"result": 7200.5}
    assert ask("is_open", instant=monday) == {"result": False}
    assert ask("next_opening", instant=monday) == {"result": "2026-06-15T15:00:00+00:00"}
    assert ask("next_closing", instant=monday) == {"result": "2026-06-16T00:00:00+00:00"}
    assert ask("windows", start=monday, end="2026-06-16T07:00-07:00") == {
        "result": [["2026-06-15T15:00:00+00:00", "2026-06-16T00:00:00+00:00"]]
    }


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("", "line"),
        ("null", "line"),
        ("[]", "line"),
        ('{"op": "add"', "line"),
        ('{"op": "drop"}', "op"),
        ('{"op": ["add"]}', "op"),
        ('{"op": "add"}', "calendar"),
        ('{"op": "add", "calendar": {"tz": "Mars"}}', "tz"),
        ('{"op": "add", "calendar": {"tz": "UTC", "weekly": {}}}', "weekly"),
        ("[" * 100_000, ""),
    ],
)
def test_what_cannot_be_read_names_its_field(line: str, field: str) -> None:
    said = answer(line)
    assert said["field"] == field
    assert said["error"]


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"start": "2026-06-15T10:00"}, "start"),
        ({"start": 5}, "start"),
        ({"start": "9999-12-31T23:59:60Z"}, "start"),
        ({"amount_seconds": "28800"}, "amount_seconds"),
        ({"amount_seconds": True}, "amount_seconds"),
        ({"amount_seconds": float("nan")}, "amount_seconds"),
        ({"amount_seconds": 1e300}, "amount_seconds"),
        ({"pauses": "all"}, "pauses"),
        ({"pauses": [["2026-06-15T10:00-07:00"]]}, "pauses[0]"),
        ({"pauses": [["2026-06-15T10:00-07:00", None]]}, "pauses[0][1]"),
    ],
)
def test_a_part_that_makes_no_sense_is_named(parts: dict[str, Any], field: str) -> None:
    asked = {"start": "2026-06-15T10:00-07:00", "amount_seconds": 28800} | parts
    assert ask("add", **asked)["field"] == field


def test_the_command_answers_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    question = {"op": "is_open", "calendar": BUSINESS_HOURS, "instant": "2026-06-15T10:00-07:00"}
    lines = f"{json.dumps(question)}\n\n\xff\n{json.dumps(question)}\n".encode("latin-1")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(lines)))
    out = io.StringIO()
    call_command("clock", stdout=out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert answers[0] == answers[2] == {"result": True}
    assert answers[1]["field"] == "line"
