"""An amendment that is sent for signature counts only once it is signed."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from hashlib import sha256

import pytest

from accounts.models import AuditEntry
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from contracts.actions import (
    Evidence,
    decline_agreement,
    send_amendment,
    sign_agreement,
    sign_contract,
    withdraw_from_signature,
)
from contracts.consequences import rehearse
from contracts.models import Contract, Cover, Signature, SigningRequest, SigningState, Terms
from contracts.sweeps import sweep_contracts
from contracts.terms_json import terms_digest
from notifications.models import Notice
from tests.builders import build_site
from tests.cast import Cast
from tests.contracts.agreements import TOLD, flat, text_of
from tests.contracts.life import (
    FOUR_HOURS,
    YEARLY,
    amended,
    amendment_of,
    newest_terms,
    signed,
    stored,
)
from tests.contracts.test_life_pages import an_amendment, previewed
from tests.stage import DatabaseTime, acting, browser_of

JULY = date(2026, 7, 1)
EVIDENCE = Evidence(role="Owner", address="203.0.113.7", user_agent="Firefox")


@pytest.fixture(autouse=True)
def _in_june(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set("2026-06-15T10:00:00-07:00")


def sent(cast: Cast, contract: Contract, **changes: object) -> SigningRequest:
    with acting(cast.ruth):
        return send_amendment(
            contract=contract,
            amendment=amendment_of(contract, JULY, **({"targets": FOUR_HOURS} | changes)),
            base_number=newest_terms(contract).number,
            note="As agreed.",
            actor=cast.ruth,
        )


def versions(cast: Cast, contract: Contract) -> list[int]:
    with acting(cast.ruth):
        rows = Terms.objects.filter(contract=contract).order_by("number")
        return list(rows.values_list("number", flat=True))


def kinds(cast: Cast) -> list[tuple[str, int | None]]:
    with acting(cast.ruth):
        return sorted(Notice.objects.values_list("kind", "recipient_id"))


def test_what_is_sent_changes_nothing_before_it_is_signed(
    with_catalogue: Cast, olga: Viewer
) -> None:
    depot = build_site(with_catalogue.sutter, "Depot")
    contract = signed(with_catalogue, renewal=YEARLY)
    request = sent(with_catalogue, contract, site_ids=(depot.pk,))
    assert versions(with_catalogue, contract) == [1]
    with acting(with_catalogue.ruth):
        covers = Cover.objects.filter(contract=contract)
        assert [(row.site_id, row.during.upper) for row in covers] == [(None, date(2027, 1, 1))]
        entry = AuditEntry.objects.latest("number")
    assert (request.state, request.terms["number"]) == (SigningState.WAITING, 2)
    assert request.document["version"] == 2
    assert request.document["covers"] == ["Depot"]
    assert stored(with_catalogue, contract).state == "signed"
    assert entry.action == "contract.amendment_sent"
    assert ("contract_to_sign", olga.membership_id) in kinds(with_catalogue)


def test_the_signature_puts_it_into_force_and_the_paper_names_it(
    with_catalogue: Cast, olga: Viewer
) -> None:
    contract = signed(with_catalogue)
    request = sent(with_catalogue, contract)
    with acting(olga):
        sign_agreement(request=request, name="Olga Sutter", evidence=EVIDENCE, actor=olga)
    assert versions(with_catalogue, contract) == [1, 2]
    with acting(with_catalogue.ruth):
        terms = Terms.objects.select_related("contract").get(contract=contract, number=2)
        signature = Signature.objects.get(terms=terms)
        answered = SigningRequest.objects.get()
    assert terms.effective_on == JULY
    assert terms.promise["targets"][0]["amount_seconds"] == timedelta(hours=4).total_seconds()
    assert signature.terms_sha256 == request.terms_sha256 == terms_digest(terms)
    assert (signature.name, signature.signer_id) == ("Olga Sutter", olga.membership_id)
    assert answered.state == SigningState.SIGNED
    kept = stored(with_catalogue, contract)
    assert kept.signed_name == "Sam Ortiz"
    paper = browser_of(olga).get(f"/contracts/{contract.pk}/agreement-2.pdf").content
    assert "Olga Sutter, Owner" in flat(text_of(paper))
    assert "203.0.113.7" in text_of(paper)
    assert ("contract_changed", with_catalogue.ruth.membership_id) in kinds(with_catalogue)


def test_a_signature_on_paper_puts_it_into_force_too(with_catalogue: Cast) -> None:
    contract = signed(with_catalogue)
    sent(with_catalogue, contract)
    ruth = with_catalogue.ruth
    with acting(ruth):
        contract = Contract.objects.get(pk=contract.pk)
        sign_contract(contract=contract, name="Olga Sutter", evidence=TOLD, actor=ruth)
        signature = Signature.objects.get(terms__number=2)
    assert signature.recorded_by_id == ruth.membership_id
    assert versions(with_catalogue, contract) == [1, 2]


def test_sent_back_or_taken_back_it_leaves_the_contract_as_it_is(
    with_catalogue: Cast, olga: Viewer
) -> None:
    contract = signed(with_catalogue)
    request = sent(with_catalogue, contract)
    with acting(olga):
        decline_agreement(request=request, reason="Six hours, please.", actor=olga)
    again = sent(with_catalogue, contract)
    with acting(with_catalogue.ruth):
        withdraw_from_signature(contract=contract, actor=with_catalogue.ruth)
        states = list(SigningRequest.objects.order_by("pk").values_list("state", flat=True))
    assert states == [SigningState.DECLINED, SigningState.WITHDRAWN]
    assert stored(with_catalogue, contract).state == "signed"
    assert versions(with_catalogue, contract) == [1]
    with acting(olga), pytest.raises(RuleBroken, match="cannot be changed"):
        sign_agreement(request=again, name="Olga Sutter", evidence=EVIDENCE, actor=olga)


def test_not_signed_by_its_day_it_has_to_be_sent_again(
    with_catalogue: Cast, olga: Viewer, database_time: DatabaseTime
) -> None:
    contract = signed(with_catalogue)
    request = sent(with_catalogue, contract)
    database_time.set("2026-07-02T10:00:00-07:00")
    with acting(olga), pytest.raises(BadInput, match="was to count from 1 Jul 2026"):
        sign_agreement(request=request, name="Olga Sutter", evidence=EVIDENCE, actor=olga)
    assert versions(with_catalogue, contract) == [1]


def test_another_step_takes_it_back_and_says_so_before(with_catalogue: Cast, olga: Viewer) -> None:
    contract = signed(with_catalogue)
    sent(with_catalogue, contract)
    with acting(with_catalogue.ruth), pytest.raises(RuleBroken, match="waits for a signature"):
        send_amendment(
            contract=contract,
            amendment=amendment_of(contract, JULY, targets=FOUR_HOURS),
            base_number=1,
            actor=with_catalogue.ruth,
        )
    with acting(with_catalogue.ruth):
        found = rehearse(contract, lambda: amended(with_catalogue, contract, JULY, renewal=YEARLY))
    assert "The amendment that waits for a signature is taken back." in found.changes
    amended(with_catalogue, contract, JULY, renewal=YEARLY)
    with acting(with_catalogue.ruth):
        assert SigningRequest.objects.get().state == SigningState.WITHDRAWN
    assert ("contract_withdrawn", olga.membership_id) in kinds(with_catalogue)


def test_a_renewal_by_itself_takes_it_back(
    with_catalogue: Cast, olga: Viewer, database_time: DatabaseTime
) -> None:
    contract = signed(with_catalogue, renewal=YEARLY)
    sent(with_catalogue, contract)
    database_time.set("2026-12-02T10:00:00-08:00")
    sweep_contracts()
    assert stored(with_catalogue, contract).ends_on == date(2027, 12, 31)
    with acting(with_catalogue.ruth):
        assert SigningRequest.objects.get().state == SigningState.WITHDRAWN


def test_only_administrators_of_the_provider_send_one(with_catalogue: Cast) -> None:
    contract = signed(with_catalogue)
    with acting(with_catalogue.ruth):
        amendment = amendment_of(contract, JULY, targets=FOUR_HOURS)
    for person in (with_catalogue.dana, with_catalogue.sam):
        with acting(person), pytest.raises(NotAllowed):
            send_amendment(contract=contract, amendment=amendment, base_number=1, actor=person)


def test_it_is_previewed_sent_and_signed_in_the_browser(with_catalogue: Cast, olga: Viewer) -> None:
    contract = signed(with_catalogue)
    ruth, place = browser_of(with_catalogue.ruth), f"/contracts/{contract.pk}/"
    form = an_amendment(with_catalogue, effect="signed", note="Quicker, as agreed.")
    confirmed = previewed(ruth, f"{place}amend/", form)
    with acting(with_catalogue.ruth):
        assert not SigningRequest.objects.exists()
    assert [ruth.post(f"{place}amend/", confirmed).status_code for _ in range(2)] == [303, 303]
    shown = ruth.get(place).content.decode()
    assert "An amendment waits for the customer" in shown
    assert "within 4 business hours (before: within 8 business hours)" in shown
    with acting(with_catalogue.ruth):
        request = SigningRequest.objects.get()
    waiting = ruth.get(f"{place}agreement-2.pdf").content
    assert sha256(waiting).hexdigest() == request.pdf_sha256
    assert "What version 2 changes" in ruth.get(f"{place}sign/").content.decode()
    hers, url = browser_of(olga), f"/our-contract/sign/{request.pk}/"
    assert f"A change of contract {request} waits" in hers.get("/").content.decode()
    page = hers.get(url)
    assert "What version 2 changes" in page.content.decode()
    answer = hers.post(
        url,
        {
            "name": "Olga Sutter",
            "role": "Owner",
            "consent": "on",
            "digest": page.context["form"]["digest"].value(),
            "submission": str(uuid.uuid4()),
        },
    )
    assert answer.status_code == 303
    assert versions(with_catalogue, contract) == [1, 2]
    assert "Signed by typed name by Olga Sutter, Owner" in ruth.get(place).content.decode()
