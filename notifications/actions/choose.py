"""Choosing which notices come by mail."""

from __future__ import annotations

from collections.abc import Collection

from accounts.audit import record
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from notifications.access import access_self
from notifications.preferences import kinds_for, muted_kinds, with_muted


def choose_notices(*, wanted: Collection[str], actor: Viewer) -> frozenset[str]:
    """Turn off the kinds that `actor` may turn off and does not want; return what is muted now.

    Kinds that nobody may turn off stay as they are. Raises BadInput for a kind that this person
    never gets.
    """
    if unknown := set(wanted) - {kind.code for kind in kinds_for(actor)}:
        raise BadInput(
            f"There is no notice of the kind {min(unknown)[:80]} for you.",
            field="kind",
            remedy="Open the page again and choose from its list.",
        )
    person: Membership = Membership.objects.select_for_update().get(pk=access_self(actor).pk)
    offered = {kind.code for kind in kinds_for(actor) if kind.can_be_muted}
    before = muted_kinds(person.notices)
    after = (before - offered) | (offered - set(wanted))
    if after != before:
        person.notices = with_muted(person.notices, after)
        person.save(update_fields=["notices"])
        record(actor, "notices.chosen", person, muted=sorted(after))
    return frozenset(after)
