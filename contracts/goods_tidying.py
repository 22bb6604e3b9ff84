"""Forgetting the files and rows of lists that nobody looks at any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.db.models.functions import Coalesce

from calcom_portal.common.files import path_of
from calcom_portal.common.tenancy import database_now, provider_scope, system_scope
from contracts.goods_plan import SHELF
from contracts.models import GoodsImport, ImportRow

KEEP: Final = timedelta(days=90)
BATCH: Final = 200


def tidy_imports() -> int:
    """Delete file and rows of lists 90 days after they were last checked or imported."""
    with system_scope("find lists that were sent in long ago"):
        last = Coalesce("applied_at", "checked_at", "created_at")
        old = GoodsImport.objects.annotate(last=last).filter(
            tidied_at=None, last__lt=database_now() - KEEP
        )
        found = list(old.order_by("pk").values_list("provider_id", "pk")[:BATCH])
    return sum(_tidy(provider_id, pk) for provider_id, pk in found)


def _tidy(provider_id: int, import_id: int) -> bool:
    with provider_scope(provider_id=provider_id):
        rows = GoodsImport.objects.select_for_update(skip_locked=True)
        found = rows.filter(pk=import_id, tidied_at=None).first()
        if found is None:
            return False
        ImportRow.objects.filter(goods_import=found).delete()
        found.tidied_at = database_now()
        found.save(update_fields=["tidied_at"])
        # The same file may have been sent in again since.
        others = GoodsImport.objects.filter(~Q(pk=found.pk), sha256=found.sha256, tidied_at=None)
        if not others.exists():
            path_of(found.sha256, SHELF).unlink(missing_ok=True)
    return True
