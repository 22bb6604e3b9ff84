"""Check a list again."""

from __future__ import annotations

from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from contracts.actions.confirm_import import is_at_work
from contracts.actions.start_import import require_import, start_checking
from contracts.models import GoodsImport, ImportState


def recheck_import(*, goods_import: GoodsImport, actor: Viewer) -> GoodsImport:
    """Check a list again, after something else has changed.

    Raises NotAllowed, and RuleBroken for a list that is imported or at work.
    """
    require_import(actor)
    found = GoodsImport.objects.select_for_update().get(pk=goods_import.pk)
    if found.state == ImportState.APPLIED or is_at_work(found):
        raise RuleBroken(f"{found} cannot be checked again now.", remedy="Load its page again.")
    start_checking(found, actor)
    return found
