"""What the demo's provider sells beside the two tiers, and a contract that was signed on paper."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from accounts.viewer import Viewer
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.tenancy import database_now
from calcom_portal.demo.agreements import PRACTICES
from contracts.actions import (
    ClauseOffer,
    Evidence,
    TierWords,
    copy_tier,
    edit_tier_clause,
    sign_contract,
)
from contracts.agreement import agreement_of, typeset_agreement
from contracts.catalogue_edit import offer_stamp
from contracts.drafts import Draft, terms_of
from contracts.models import Contract, Tier
from contracts.sla import Metric, Priority, Promise, Target, Unit

OFFICE = "198.51.100.24"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"


def sell_to_practices(admin: Viewer) -> Tier:
    """Copy Tier 2 for medical practices, with half the time for emergencies."""
    promise = Promise(
        label="Tier 2",
        tier=PRACTICES,
        targets={
            (Priority.EMERGENCY, Metric.RESPOND): Target(timedelta(hours=4), Unit.BUSINESS),
            (Priority.MINOR, Metric.RESPOND): Target(timedelta(hours=16), Unit.BUSINESS),
        },
    )
    words = TierWords(PRACTICES, "Tier 2 with half the time: patients cannot wait.", promise)
    tier = copy_tier(tier=Tier.objects.get(code="TIER2"), words=words, actor=admin)
    row = tier.tier_clauses.select_related("tier", "clause").get(clause__code="INSPECT")
    offer = ClauseOffer(wording="Twice a year we inspect your systems, at no additional cost.")
    edit_tier_clause(row=row, offer=offer, base=offer_stamp(row), actor=admin)
    return tier


def sign_on_paper(contract: Contract, name: str, admin: Viewer) -> Contract:
    """Write down a signature on the printed agreement, with its scan."""
    terms = terms_of(contract, Draft.from_dict(contract.draft or {}))
    now = database_now()
    document = agreement_of(contract, terms, now).document
    paper = typeset_agreement(document, at=now, record=[("Signed by hand", name)])
    scan = IncomingFile(f"{contract}-signed.pdf", len(paper), lambda: BytesIO(paper))
    evidence = Evidence(role="Partner", address=OFFICE, user_agent=BROWSER, scan=scan)
    return sign_contract(contract=contract, name=name, evidence=evidence, actor=admin)
