"""Nothing is left over: docs name what is there, and the sprite holds what pages show."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from calcom_portal.icons import ICONS
from calcom_portal.schedule import BEATS

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "notifications", "contracts", "tickets", "monitoring", "upkeep")
CODE = (*APPS, "calcom_portal", "tests", "bench")
FOLDERS = (*CODE, "templates", "static", "docs", "deploy", "agent")
# All but the history of what was.
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")} - {ROOT / "CHANGELOG.md"})
NAME = re.compile(rf"(?:{'|'.join(CODE)})(?:\.\w+)+")
PLACE = re.compile(rf"(?:{'|'.join(FOLDERS)})(?:/[\w.*-]+)+/?")


def quoted(page: Path) -> set[str]:
    """Return what stands between backticks."""
    return {words for line in page.read_text().splitlines() for words in line.split("`")[1::2]}


def is_there(name: str) -> bool:
    """Is this a module, something in one, a field of a model, or a task?"""
    if name in {beat.task for beat in BEATS}:
        return True
    parts = name.split(".")
    found: object = None
    for place, part in enumerate(parts):
        if hasattr(found, part):
            found = getattr(found, part)
        elif isinstance(found, type) and _is_field(found, part):
            return True
        else:
            try:
                found = import_module(".".join(parts[: place + 1]))
            except ImportError:
                return False
    return True


def _is_field(model: type, name: str) -> bool:
    if model not in apps.get_models():
        return False
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_of_the_docs_names_only_what_is_there(page: Path) -> None:
    words = quoted(page)
    names = {word for word in words if NAME.fullmatch(word)}
    places = {word for word in words if PLACE.fullmatch(word)}
    assert {name for name in names - places if not is_there(name)} == set()
    assert {place for place in places if not any(ROOT.glob(place.rstrip("/")))} == set()


def test_what_is_not_there_is_noticed() -> None:
    assert is_there("tickets.clockwork.settle")
    assert is_there("accounts.models.Membership.may_approve_changes")
    assert not is_there("tickets.clockwork.unsettle")
    assert not is_there("tickets.clockworks")


@cache
def _strings() -> frozenset[str]:
    files = [*(ROOT / "templates").rglob("*.html")]
    files += [
        path
        for app in (*APPS, "calcom_portal")
        for path in (ROOT / app).rglob("*.py")
        if path.name != "icons.py"
    ]
    return frozenset(
        word for file in files for word in re.findall(r"[\"']([\w-]+)[\"']", file.read_text())
    )


@pytest.mark.parametrize("icon", ICONS)
def test_an_icon_of_the_sprite_is_shown_somewhere(icon: str) -> None:
    assert icon in _strings()
