"""The order of the house: schedule, addresses, actions, signals, migrations."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from functools import cache
from importlib import import_module, util
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.capabilities import Role
from accounts.viewer import Viewer
from calcom_portal.bell import KNOWN
from calcom_portal.celery import app
from calcom_portal.navigation import OWN_PAGES, PLACES, places_of
from calcom_portal.schedule import BEATS, Beat

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "notifications", "contracts", "tickets", "monitoring", "upkeep")
ACTIONS = sorted(
    path
    for app in APPS
    for path in (ROOT / app / "actions").glob("*.py")
    if not path.name.startswith("_")
)
PYTHON = sorted(path for app in (*APPS, "calcom_portal") for path in (ROOT / app).rglob("*.py"))


def addresses(resolver: URLResolver | None = None) -> set[str]:
    """Return the name of every address."""
    names: set[str] = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            names |= addresses(pattern)
        elif isinstance(pattern, URLPattern):
            names.add(pattern.name or str(pattern.pattern))
    return names


def test_every_address_has_a_row_in_the_access_matrix() -> None:
    if util.find_spec("tests.access_matrix") is None:
        pytest.fail("tests/access_matrix.py is missing.")
    matrix: Any = import_module("tests.access_matrix")
    assert addresses() - set(matrix.MATRIX) == set()
    assert set(matrix.MATRIX) - addresses() == set()


@pytest.mark.parametrize("beat", BEATS, ids=lambda beat: beat.task)
def test_a_beat_runs_a_task_that_exists_and_expires(beat: Beat) -> None:
    app.loader.import_default_modules()
    assert beat.task in app.tasks
    assert timedelta() < beat.expires
    assert beat.why.endswith(".")


def test_what_is_hinted_at_is_a_task_that_the_beat_knows() -> None:
    asked = {name for path in PYTHON for name in _hints_of(path)}
    assert "notifications.send_notices" in asked
    assert asked <= KNOWN


def _hints_of(path: Path) -> set[str]:
    calls = [
        node.args[0]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "wake"
    ]
    if not calls:
        return set()
    module: Any = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return {
        getattr(module, call.id) if isinstance(call, ast.Name) else ast.literal_eval(call)
        for call in calls
    }


def test_nothing_is_scheduled_twice() -> None:
    assert len({beat.task for beat in BEATS}) == len(BEATS)


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: f"{path.parent.parent.name}.{path.stem}")
def test_an_action_has_a_test_and_takes_keywords_only(path: Path) -> None:
    app = path.parent.parent.name
    tree = ast.parse(path.read_text())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    names = [node.name for node in functions if not node.name.startswith("_")]
    assert not _words_of_tests().isdisjoint(names), app
    action = next((node for node in functions if node.name == path.stem), None)
    if action is not None:
        assert not action.args.args, "an action takes keywords only"


@cache
def _words_of_tests() -> frozenset[str]:
    tests = (ROOT / "tests").rglob("test_*.py")
    return frozenset(word for test in tests for word in re.findall(r"\w+", test.read_text()))


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_signals_but_post_migrate_and_no_generic_keys(path: Path) -> None:
    imported = {
        name.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("django.db.models.signals", "django.dispatch"))
        for name in node.names
    }
    assert imported <= {"post_migrate"}
    assert "GenericForeignKey" not in path.read_text()


def test_no_migration_is_missing(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    assert "No changes detected" in capsys.readouterr().out


@pytest.mark.parametrize(
    "url_name", [place.url_name for place in PLACES] + [own[1] for own in OWN_PAGES]
)
def test_every_place_of_the_navigation_exists(url_name: str) -> None:
    assert reverse(url_name).startswith("/")


@pytest.mark.parametrize(
    ("role", "first_four"),
    [
        (Role.CUSTOMER_USER, ["home", "tickets", "our_systems", "our_contract"]),
        (Role.CUSTOMER_ADMIN, ["home", "tickets", "our_systems", "our_contract"]),
        (Role.TECHNICIAN, ["queue", "tickets", "customers", "devices"]),
        (Role.DISPATCHER, ["queue", "tickets", "customers", "devices"]),
        (Role.PROVIDER_ADMIN, ["queue", "tickets", "customers", "devices"]),
    ],
)
def test_the_bottom_bar_holds_what_a_role_needs_most(role: Role, first_four: list[str]) -> None:
    viewer = Viewer(name="X", role=role, provider_id=1)
    assert [place.url_name for place in places_of(viewer)][:4] == first_four
