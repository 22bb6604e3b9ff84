"""Say yes to what the dry run of a list showed."""

from __future__ import annotations

from accounts.jobs import start_job
from accounts.models import Job
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from contracts.actions.start_import import require_import
from contracts.goods.planning import Outcome
from contracts.models import GoodsImport

APPLY = "goods.apply"


def confirm_import(*, goods_import: GoodsImport, actor: Viewer) -> GoodsImport:
    """Start the job that imports the list as a whole.

    Raises NotAllowed, and RuleBroken unless the list was checked and no row is refused.
    """
    require_import(actor)
    found = GoodsImport.objects.select_for_update().get(pk=goods_import.pk)
    if refused := found.count(Outcome.REFUSED):
        raise RuleBroken(
            f"{refused} row{'s are' if refused > 1 else ' is'} refused in {found}, so nothing is"
            " imported.",
            remedy="Correct them in the file, and send it again.",
        )
    if not found.can_be_applied or is_at_work(found):
        raise RuleBroken(
            f"{found} cannot be imported now.", remedy="Load its page again to see where it stands."
        )
    job = start_job(
        kind=APPLY,
        title=f"Import of {found.file_name}"[:160],
        arguments={"import": found.pk},
        actor=actor,
        customer_id=found.customer_id,
    )
    found.job_id = job.pk
    found.save(update_fields=["job_id"])
    return found


def is_at_work(goods_import: GoodsImport) -> bool:
    """Does a job work on the list, or wait to?"""
    job = Job.objects.filter(pk=goods_import.job_id).first() if goods_import.job_id else None
    return job is not None and not job.is_over
