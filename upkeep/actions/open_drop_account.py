"""Give a system an account of the drop, or another secret for the one it has."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.tokens import hashed
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from upkeep.drop.accounts import PUTTING, fresh_name, fresh_secret, read_keys
from upkeep.models import BackupPlan


@transaction.atomic
def open_drop_account(*, plan: BackupPlan, keys: str, actor: Viewer) -> tuple[BackupPlan, str]:
    """Return the plan with its account, and the secret, which is never seen again.

    The former secret is good no longer. `keys` are OpenSSH's public keys, one a line, that may sign
    in instead. Raises NotAllowed, BadInput for a bad key, RuleBroken where we fetch the data.
    """
    actor.require(Capability.MANAGE_BACKUPS)
    kept = read_keys(keys)
    plan = BackupPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if plan.driver not in PUTTING:
        raise RuleBroken(
            "The portal fetches the data of this system by itself, so the system cannot send it.",
            remedy="Change how the system is backed up first.",
        )
    secret, is_new = fresh_secret(), not plan.drop_name
    plan.drop_name = plan.drop_name or fresh_name()
    plan.drop_secret_hash, plan.drop_keys = hashed(secret), kept
    plan.save(update_fields=["drop_name", "drop_secret_hash", "drop_keys"])
    verb = "drop_account.opened" if is_new else "drop_account.renewed"
    record(actor, verb, plan, device=plan.device_id, keys=len(kept.splitlines()))
    return plan, secret
