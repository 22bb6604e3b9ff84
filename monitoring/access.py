"""From an id to a check or an incident of the viewer's, or 404.

The scope keeps other tenants' rows out; what is absent and what is somebody else's look the same.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from calcom_portal.common.errors import Missing

Row = TypeVar("Row", bound=Model)


def one(rows: QuerySet[Row], row_id: int, what: str, where: str) -> Row:
    """Return a row. Raises Missing, which says `what` there is none of, and `where` to look."""
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise Missing(f"There is no such {what}.", remedy=f"Look for it in {where}.")
    return row
