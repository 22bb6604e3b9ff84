"""Write a clause of one's own into the catalogue."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from contracts.actions._catalogue import check_words, lock_catalogue, refuse_taken_code
from contracts.catalogue_edit import ClauseWords
from contracts.models import Clause


def create_clause(*, words: ClauseWords, actor: Viewer) -> Clause:
    """Create a clause at the end of the catalogue. No tier has it yet.

    Raises NotAllowed, and BadInput naming the field.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    lock_catalogue(actor.provider_id)
    check_words(words)
    refuse_taken_code(words.code)
    last = Clause.objects.order_by("-position").values_list("position", flat=True).first() or 0
    clause: Clause = Clause.objects.create(
        provider_id=actor.provider_id,
        code=words.code,
        title=words.title,
        wording=words.wording,
        meaning=words.meaning,
        position=last + 1,
    )
    record(actor, "clause.created", clause, id=clause.pk, title=clause.title)
    return clause
