"""Change what a check asks, how often, and what an outage leads to."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from monitoring.actions._check_rules import CheckFacts, checked_facts
from monitoring.actions.create_check import columns_of
from monitoring.models import Check


def edit_check(*, check: Check, facts: CheckFacts, actor: Viewer) -> Check:
    """Change a check; how it stands stays, until the next answer. Its kind is chosen once.

    Raises what `create_check` raises.
    """
    actor.require(Capability.MANAGE_MONITORING)
    rows = Check.objects.select_related("device", "connection", "parent")
    check = rows.select_for_update(of=("self",)).get(pk=check.pk)
    if facts.kind != check.kind:
        raise BadInput("A check keeps its kind: add another one.", field="kind")
    columns = columns_of(checked_facts(facts, check.device, but=check))
    changed = [name for name, value in columns.items() if getattr(check, name) != value]
    for name in changed:
        setattr(check, name, columns[name])
    if changed:
        check.save(update_fields=changed)
        record(actor, "check.changed", check, id=check.pk, changed=changed)
    return check
