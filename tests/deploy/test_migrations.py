"""Migrations: none is missing, and none breaks the version that still runs beside it."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django_migration_linter import MigrationLinter

ROOT = Path(__file__).parent.parent.parent
OURS = sorted(
    config.label
    for config in apps.get_app_configs()
    if Path(config.path).is_relative_to(ROOT) and "site-packages" not in config.path
)
# Known and accepted, each with its reason.
EXEMPT: dict[str, str] = {
    "0002_goods": "Its unique constraint is on a column that it adds: no row can break it.",
    "0002_reports_of_health": "It reshapes tables that no release has had.",
    "0003_results_by_day": "Its columns that may not be null are those of a table that it makes.",
    "0006_firmware_campaigns": "Its unique constraints are on the primary key: none breaks them.",
    "0008_contract_life": "Its unique constraint on covers asks less than the one it replaces.",
    "0015_old_lists_and_serial_numbers": "Actions have refused doubled serials all along.",
    "0014_amendments_are_signed": "It widens a column: what the running version writes fits.",
}


@pytest.mark.django_db
def test_no_model_was_changed_without_a_migration() -> None:
    output = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=output)
    except SystemExit:
        pytest.fail(f"Run manage.py makemigrations:\n{output.getvalue()}")


def lint(tmp_path: Path, **options: Any) -> MigrationLinter:
    linter = MigrationLinter(str(ROOT), no_cache=True, cache_path=str(tmp_path), **options)
    linter.lint_all_migrations()
    return linter


@pytest.mark.django_db
def test_no_migration_breaks_the_running_version(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    linter = lint(tmp_path, include_apps=OURS, ignore_name=list(EXEMPT))
    output = capsys.readouterr().out
    assert not linter.has_errors, output
    assert linter.nb_total > 0
