"""Import a list: all of it, or nothing."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.models import Customer
from accounts.room import Resource, make_room
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.actions._goods_writing import GoodsWriter
from contracts.actions.start_import import require_import
from contracts.goods.planning import Outcome
from contracts.goods.problems import UnreadableList
from contracts.goods_plan import PlanDigest, Progress, planned_batches
from contracts.models import GoodsImport, ImportState

CHANGED = "Something has changed since {name} was checked, so nothing was imported."
CHECK_AGAIN = "Check it again, look at what it would do now, and import it then."


def apply_import(*, goods_import: GoodsImport, progress: Progress, actor: Viewer) -> GoodsImport:
    """Write every row of a checked list in one transaction, exactly as the dry run showed.

    Raises NotAllowed, PlanFull, and RuleBroken for a list that is not ready or when the rows would
    do something else by now: then nothing is written.
    """
    require_import(actor)
    # Contracts are signed and devices are swapped under the same lock.
    Customer.objects.select_for_update().get(pk=goods_import.customer_id)
    found = GoodsImport.objects.select_for_update().get(pk=goods_import.pk)
    if not found.can_be_applied:
        raise RuleBroken(f"{found} is not ready to be imported.", remedy="Load its page again.")
    make_room(Resource.DEVICES, actor=actor, adding=found.count(Outcome.NEW))
    try:
        with transaction.atomic():
            _write(found, progress, actor)
    except (IntegrityError, UnreadableList) as error:
        raise _stale(found) from error
    found.state, found.applied_at = ImportState.APPLIED, database_now()
    found.save(update_fields=["state", "applied_at"])
    record(actor, "import.applied", found, id=found.pk, sha256=found.sha256, **found.counts)
    return found


def _write(found: GoodsImport, progress: Progress, actor: Viewer) -> None:
    writer, digest, total = GoodsWriter(found, actor), PlanDigest(), found.row_count
    for batch in planned_batches(found):
        for row in batch:
            digest.add(row)
        if digest.counts[Outcome.REFUSED]:
            raise _stale(found)
        writer.write(batch)
        progress("Writing devices", sum(digest.counts.values()), total)
    if digest.hexdigest() != found.plan:
        raise _stale(found)


def _stale(found: GoodsImport) -> RuleBroken:
    return RuleBroken(CHANGED.format(name=found.file_name), remedy=CHECK_AGAIN)
