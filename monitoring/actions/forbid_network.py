"""Close a private network to a provider's probes again."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from monitoring.models import EgressAllowance


def forbid_network(*, allowance: EgressAllowance, actor: Viewer) -> None:
    """Take a network off the list; checks that lead there are refused from now on.

    Raises NotAllowed.
    """
    actor.require(Capability.MANAGE_COMPANY)
    record(actor, "network.forbidden", allowance, id=allowance.pk)
    allowance.delete()
