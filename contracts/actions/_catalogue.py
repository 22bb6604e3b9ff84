"""What editing tiers and clauses shares: locks, codes, refusals."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from django.db import connection

from calcom_portal.common.errors import BadInput, RuleBroken
from contracts.catalogue import RESPONSE
from contracts.catalogue_edit import ClauseOffer, ClauseWords
from contracts.models import Clause, Tier, TierClause
from contracts.wordings import refuse_unknown_blanks

CODE = re.compile(r"[A-Z][A-Z0-9-]{1,19}", re.ASCII)
CODE_LENGTH = 20
HIGHEST_PRICE = Decimal("9999999.99")


def lock_catalogue(provider_id: int) -> None:
    """Let one edit the catalogue at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        key = f"catalogue {provider_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def refuse_stale(name: str, stamp: str, base: str) -> None:
    """Raise RuleBroken when the editor began from something else than there is now."""
    if stamp != base:
        raise RuleBroken(
            f"{name} has changed since you opened it.",
            remedy="Open it again and make your change there.",
        )


def check_words(words: ClauseWords) -> None:
    """Raise BadInput naming the field for what no clause can say."""
    if not CODE.fullmatch(words.code):
        raise BadInput(
            "A code has 2 to 20 capital letters, digits and hyphens, and begins with a letter.",
            field="code",
            remedy="Write ONSITE, for example.",
        )
    for name in ("title", "wording"):
        if not getattr(words, name).strip():
            raise BadInput(f"The {name} is missing.", field=name, remedy="Write it.")
    refuse_unknown_blanks(words.wording)
    refuse_unknown_blanks(words.meaning, "meaning")


def refuse_taken_code(code: str, *, but: Clause | None = None) -> None:
    """Raise BadInput if another clause has the code."""
    rows = Clause.objects.filter(code=code)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if rows.exists():
        raise BadInput(
            f"There is a clause {code} already.",
            field="code",
            remedy="Choose another code, or change the clause that is there.",
        )


def check_offer(offer: ClauseOffer) -> None:
    """Raise BadInput naming the field for an offer that cannot be."""
    refuse_unknown_blanks(offer.wording)
    if offer.monthly_price is None:
        return
    if not offer.is_optional:
        raise BadInput(
            "A clause that is included has no price of its own.",
            field="monthly_price",
            remedy="Leave the price empty, or offer the clause at extra cost.",
        )
    if not 0 <= offer.monthly_price <= HIGHEST_PRICE:
        raise BadInput(
            "A price is from 0 to 9,999,999.99.", field="monthly_price", remedy="Write 45.00."
        )


def refuse_taken_name(name: str, *, but: Tier | None = None) -> None:
    """Raise BadInput if another tier has the name."""
    rows = Tier.objects.filter(name__iexact=name)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if rows.exists():
        raise BadInput(
            f"There is a tier “{name}” already.",
            field="name",
            remedy="Choose a name that tells the two apart.",
        )


def refuse_times_without_response(tier: Tier) -> None:
    """Raise BadInput for a tier that promises times without, or only optionally with, RESPONSE."""
    has_clause = TierClause.objects.filter(tier=tier, clause__code=RESPONSE, is_optional=False)
    if tier.promise["targets"] and not has_clause.exists():
        raise BadInput(
            f"{tier.name} promises times, and only the clause {RESPONSE} can.",
            field="targets",
            remedy=f"Include {RESPONSE}, or leave the times of the tier empty.",
        )


def free_code(name: str) -> str:
    """Return a code for a tier of this name that no tier has yet."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    stem = re.sub(r"[^A-Z0-9]+", "-", letters).strip("-")[: CODE_LENGTH - 4].strip("-") or "TIER"
    taken = set(Tier.objects.filter(code__startswith=stem).values_list("code", flat=True))
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in range(1, 1000))
    return next(code for code in numbered if code not in taken)
