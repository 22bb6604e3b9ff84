"""Terms as JSON, and the hash that names them.

The hash is the SHA-256 of the canonical JSON of terms. It stands at the foot of every page of the
paper, so that this can be matched with the row that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final

from calcom_portal.common.chain import canonical
from contracts.models import Contract, Terms

# The columns of Terms that say what is promised; ids are those of the rows.
PROMISING: Final = (
    "number",
    "tier_code",
    "tier_name",
    "calendar_id",
    "promise",
    "clauses",
    "rates",
    "rounding",
)


def terms_values(terms: Terms) -> dict[str, Any]:
    """Return the values of terms, saved or not, as JSON."""
    values = {name: getattr(terms, name) for name in PROMISING}
    return values | {"effective_on": terms.effective_on.isoformat()}


def terms_from(values: Mapping[str, Any], contract: Contract) -> Terms:
    """Return unsaved terms with these values."""
    day = date.fromisoformat(values["effective_on"])
    owner = {"provider_id": contract.provider_id, "customer_id": contract.customer_id}
    return Terms(contract=contract, **owner, **dict(values) | {"effective_on": day})


def terms_digest(terms: Terms) -> str:
    """Return the SHA-256 of the canonical JSON of terms and the number of their contract."""
    named = {"contract": terms.contract.number, **terms_values(terms)}
    return sha256(canonical(named).encode()).hexdigest()
