"""The dry run of a list: what every row would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from contracts.actions.start_import import require_import
from contracts.goods.planning import PlannedRow
from contracts.goods.problems import UnreadableList
from contracts.goods_plan import PlanDigest, Progress, count_rows, planned_batches
from contracts.models import GoodsImport, ImportRow, ImportState

RESULT = ["state", "counts", "problems", "plan", "checked_at"]


def check_import(*, goods_import: GoodsImport, progress: Progress, actor: Viewer) -> GoodsImport:
    """Read the list and write down, row by row, what an import would do. Changes no device.

    Raises NotAllowed, and Missing when the file is no longer kept. A file that cannot be read is
    not an error: its problems are kept with it.
    """
    require_import(actor)
    found = GoodsImport.objects.select_for_update().get(pk=goods_import.pk)
    ImportRow.objects.filter(goods_import=found).delete()
    digest = PlanDigest()
    try:
        total = count_rows(found, progress)
        for batch in planned_batches(found):
            _keep(found, batch, digest)
            progress("Comparing with what is known", sum(digest.counts.values()), total)
        found.state, found.problems = ImportState.READY, []
    except UnreadableList as error:
        ImportRow.objects.filter(goods_import=found).delete()
        digest = PlanDigest()
        found.state = ImportState.UNREADABLE
        found.problems = [asdict(problem) for problem in error.problems[:50]]
    found.counts, found.plan = dict(digest.counts), digest.hexdigest()
    found.checked_at = database_now()
    found.save(update_fields=RESULT)
    return found


def _keep(found: GoodsImport, batch: Sequence[PlannedRow], digest: PlanDigest) -> None:
    for row in batch:
        digest.add(row)
    ImportRow.objects.bulk_create(
        ImportRow(
            provider_id=found.provider_id,
            customer_id=found.customer_id,
            goods_import=found,
            number=row.number,
            name=row.name,
            outcome=row.outcome,
            changes=[asdict(change) for change in row.changes],
            problems=[asdict(problem) for problem in row.problems],
        )
        for row in batch
    )
