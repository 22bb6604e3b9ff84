"""Rows of a model, written by a statement that is built and planned once.

For what the busiest actions write each time. To build an INSERT of forty columns takes Django
longer than PostgreSQL takes to carry it out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import connection, models

from calcom_portal.common.prepared import ask_prepared
from calcom_portal.common.tenancy import current_scope


def insert(*rows: models.Model) -> None:
    """Write new rows of one model, and give them their keys, as `save(force_insert=True)` does.

    Only within a scope, and only a few at once: each number of rows is a statement of its own.
    Sends no signals; none of our models has any.
    """
    if not rows:
        return
    name, sql, fields = _statement(type(rows[0]), len(rows))
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection=connection)
        for row in rows
        for field in fields
    ]
    written, _ = ask_prepared(f"{name}_{current_scope().role.value}", sql, values)
    for row, (key,) in zip(rows, written, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=64)
def _statement(model: type[models.Model], count: int) -> tuple[str, str, list[Any]]:
    meta = model._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = (f"${number}" for number in range(1, count * len(fields) + 1))
    row = "(" + ", ".join(["{}"] * len(fields)) + ")"
    values = ", ".join([row] * count).format(*places)
    # Only names of our own tables and columns.
    sql = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES {values} RETURNING id'  # noqa: S608  # nosec B608
    return f"insert_{count}_{meta.db_table}", sql, fields
