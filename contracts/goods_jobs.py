"""The jobs of lists: the dry run, and the import."""

from __future__ import annotations

from django.urls import reverse

from accounts.jobs import JobRun, Outcome
from contracts.actions import apply_import, check_import
from contracts.goods.planning import Outcome as RowOutcome
from contracts.models import GoodsImport, ImportState


def check_list(run: JobRun) -> Outcome:
    """Check a list, and say what it would do."""
    found = check_import(goods_import=_import(run), progress=run.step, actor=run.actor)
    if found.state == ImportState.UNREADABLE:
        return Outcome("The file cannot be read. Its page says why.", url=_url(found))
    return Outcome(f"It was checked: {_counted(found)}.", url=_url(found), facts=found.counts)


def apply_list(run: JobRun) -> Outcome:
    """Import a list."""
    found = apply_import(goods_import=_import(run), progress=run.step, actor=run.actor)
    return Outcome(f"It is imported: {_counted(found)}.", url=_url(found), facts=found.counts)


def _import(run: JobRun) -> GoodsImport:
    found: GoodsImport = GoodsImport.objects.get(pk=run.arguments["import"])
    return found


def _url(found: GoodsImport) -> str:
    return reverse("goods_import", args=[found.pk])


def _counted(found: GoodsImport) -> str:
    return ", ".join(f"{found.count(outcome)} {outcome.value}" for outcome in RowOutcome)
