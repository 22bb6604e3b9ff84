"""What docs/runbook.md has people type, taken out of its text: it and its test cannot differ."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RUNBOOK = ROOT / "docs/runbook.md"
HEADING = re.compile(r"^#+ .*$", re.MULTILINE)
STEP = re.compile(r"^(\d+)\. ")
# A command of a numbered step is indented by the number's three, and four.
INDENT = " " * 7


def steps_of(title: str) -> dict[int, str]:
    """Return the commands of each numbered step of a chapter, as one script each."""
    text = RUNBOOK.read_text(encoding="utf-8")
    chapter = HEADING.split(text.partition(f"# {title}\n")[2], maxsplit=1)[0]
    lines: dict[int, list[str]] = {}
    number = 0
    for line in chapter.splitlines():
        if begun := STEP.match(line):
            number = int(begun[1])
        elif number and line.startswith(INDENT):
            lines.setdefault(number, []).append(line.removeprefix(INDENT))
    return {number: "\n".join(commands) for number, commands in lines.items()}


def filled_in(script: str, **values: str) -> str:
    """Return a script with other values behind its `name=`. Raises ValueError for no such name."""
    lines = script.splitlines()
    for name, value in values.items():
        found = [at for at, line in enumerate(lines) if line.startswith(f"{name}=")]
        if len(found) != 1:
            raise ValueError(f"{name} is set {len(found)} times.")
        lines[found[0]] = f'{name}="{value}"'
    return "\n".join(lines)
