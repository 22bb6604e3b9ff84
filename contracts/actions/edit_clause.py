"""Change what a clause says."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from contracts.actions._catalogue import (
    check_words,
    lock_catalogue,
    refuse_stale,
    refuse_taken_code,
)
from contracts.catalogue_edit import ClauseWords, clause_stamp, is_used
from contracts.models import Clause

WORDS = ("code", "title", "wording", "meaning")


def edit_clause(*, clause: Clause, words: ClauseWords, base: str, actor: Viewer) -> Clause:
    """Change a clause for contracts that are signed from now on; signed ones keep their words.

    `base` is the stamp of what the editor looked at. Raises NotAllowed, BadInput naming the field
    (also for another code once a tier or a contract has it), RuleBroken when it changed meanwhile.
    """
    actor.require(Capability.MANAGE_CONTRACTS)
    lock_catalogue(actor.provider_id)
    clause = Clause.objects.get(pk=clause.pk)
    refuse_stale(f"Clause {clause.code}", clause_stamp(clause), base)
    check_words(words)
    refuse_taken_code(words.code, but=clause)
    if words.code != clause.code and is_used(clause):
        raise BadInput(
            f"{clause.code} is in use, so its code stays.",
            field="code",
            remedy="Write a clause with another code, and put it into the tiers instead.",
        )
    before = {name: getattr(clause, name) for name in WORDS}
    for name in WORDS:
        setattr(clause, name, getattr(words, name))
    clause.save(update_fields=list(WORDS))
    after = {name: getattr(clause, name) for name in WORDS}
    record(actor, "clause.changed", clause, id=clause.pk, before=before, after=after)
    return clause
