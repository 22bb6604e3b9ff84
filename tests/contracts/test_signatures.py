"""Nothing is in force without a signature, and of every signature the evidence is kept."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.capabilities import Role
from accounts.models import AuditEntry
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from calcom_portal.common.files import IncomingFile, path_of
from contracts.actions import (
    Evidence,
    decline_agreement,
    edit_clause,
    edit_contract,
    send_for_signature,
    sign_agreement,
    sign_contract,
    withdraw_from_signature,
)
from contracts.catalogue_edit import ClauseWords, clause_stamp
from contracts.models import (
    Clause,
    Contract,
    ContractState,
    Signature,
    SignatureMethod,
    SigningRequest,
    SigningState,
    Terms,
)
from contracts.promised import promised_for
from contracts.terms_json import terms_digest
from notifications.models import Notice
from tests.builders import build_person
from tests.cast import Cast
from tests.contracts.agreements import PDF, drafted, key, scan, sent, text_of
from tests.stage import DatabaseTime, acting, browser_of

EVIDENCE = Evidence(role="Owner", address="203.0.113.7", user_agent="Firefox")
IN_FORCE = datetime(2027, 6, 15, 19, 0, tzinfo=UTC)


def signed_by(olga: Viewer, request: SigningRequest) -> Contract:
    with acting(olga):
        return sign_agreement(request=request, name="Olga Sutter", evidence=EVIDENCE, actor=olga)


def is_promised(cast: Cast) -> bool:
    with acting(cast.ruth):
        found = promised_for(customer_id=cast.sutter.pk, site_id=None, device_id=None, at=IN_FORCE)
    return not found.promise.is_none


def told(cast: Cast) -> list[tuple[str, int | None]]:
    with acting(cast.ruth):
        return sorted(Notice.objects.values_list("kind", "recipient_id"))


def test_what_is_sent_waits_and_is_not_in_force(with_catalogue: Cast, olga: Viewer) -> None:
    request = sent(with_catalogue, note="As agreed by telephone.")
    with acting(with_catalogue.ruth):
        contract = Contract.objects.get(pk=request.contract_id)
        entry = AuditEntry.objects.latest("number")
        kept = path_of(request.pdf_sha256).read_bytes()
    assert contract.state == ContractState.SENT
    assert (request.state, request.sent_by_id) == ("waiting", with_catalogue.ruth.membership_id)
    assert sha256(kept).hexdigest() == request.pdf_sha256
    assert entry.action == "contract.sent"
    assert told(with_catalogue) == [("contract_to_sign", olga.membership_id)]
    assert not is_promised(with_catalogue)


def test_the_customers_administrator_signs_and_the_evidence_is_kept(
    with_catalogue: Cast, olga: Viewer, database_time: DatabaseTime
) -> None:
    now = database_time.set("2026-11-20T10:00:00-08:00")
    request = sent(with_catalogue)
    contract = signed_by(olga, request)
    with acting(with_catalogue.ruth):
        signature = Signature.objects.get()
        terms = Terms.objects.select_related("contract").get(contract=contract)
        answered = SigningRequest.objects.get()
    assert contract.state == ContractState.SIGNED
    assert (signature.name, signature.role, signature.method) == ("Olga Sutter", "Owner", "typed")
    assert (signature.at, signature.signed_on) == (now, date(2026, 11, 20))
    assert (signature.address, signature.user_agent) == ("203.0.113.7", "Firefox")
    assert (signature.signer_id, signature.recorded_by_id) == (olga.membership_id, None)
    assert signature.pdf_sha256 == request.pdf_sha256
    assert signature.terms_sha256 == request.terms_sha256 == terms_digest(terms)
    assert (answered.state, answered.answered_by_id) == (SigningState.SIGNED, olga.membership_id)
    assert is_promised(with_catalogue)
    assert told(with_catalogue) == [
        ("contract_signed", with_catalogue.ruth.membership_id),
        ("contract_to_sign", olga.membership_id),
    ]


def test_what_was_sent_is_what_is_signed_whatever_the_catalogue_says_by_then(
    with_catalogue: Cast, olga: Viewer
) -> None:
    request = sent(with_catalogue)
    with acting(with_catalogue.ruth):
        clause = Clause.objects.get(code="WIFI")
        words = ClauseWords("WIFI", "Wi-Fi", "Nothing at all.")
        edit_clause(
            clause=clause, words=words, base=clause_stamp(clause), actor=with_catalogue.ruth
        )
    contract = signed_by(olga, request)
    with acting(with_catalogue.ruth):
        terms = Terms.objects.select_related("contract").get(contract=contract)
    assert terms.clauses[0]["wording"].startswith("A technician helps with the Wi-Fi")
    assert terms_digest(terms) == request.terms_sha256


def test_what_waits_cannot_be_changed_but_taken_back(with_catalogue: Cast, olga: Viewer) -> None:
    request = sent(with_catalogue)
    ruth = with_catalogue.ruth
    with acting(ruth):
        contract = Contract.objects.get(pk=request.contract_id)
        with pytest.raises(RuleBroken, match="waiting for signature and cannot be changed"):
            edit_contract(contract=contract, wish=None, actor=ruth)  # type: ignore[arg-type]
        with pytest.raises(RuleBroken, match="waiting for signature"):
            send_for_signature(contract=contract, actor=ruth)
        contract = withdraw_from_signature(contract=contract, actor=ruth)
        assert contract.state == ContractState.DRAFT
        with pytest.raises(RuleBroken, match="does not wait for a signature"):
            withdraw_from_signature(contract=contract, actor=ruth)
    with pytest.raises(RuleBroken, match="was taken back to be changed"):
        signed_by(olga, request)
    assert ("contract_withdrawn", olga.membership_id) in told(with_catalogue)
    assert not is_promised(with_catalogue)


def test_declining_needs_a_reason_and_makes_it_a_draft_again(
    with_catalogue: Cast, olga: Viewer
) -> None:
    request = sent(with_catalogue)
    with acting(olga):
        with pytest.raises(BadInput) as refusal:
            decline_agreement(request=request, reason=" ", actor=olga)
        assert refusal.value.field == "reason"
        answered = decline_agreement(request=request, reason="Six hours, please.", actor=olga)
        with pytest.raises(RuleBroken, match="it is declined"):
            decline_agreement(request=request, reason="Again.", actor=olga)
    assert (answered.state, answered.reason) == (SigningState.DECLINED, "Six hours, please.")
    assert ("contract_declined", with_catalogue.ruth.membership_id) in told(with_catalogue)
    page = browser_of(with_catalogue.ruth).get(f"/contracts/{request.contract_id}/")
    text = page.content.decode()
    assert "Olga Sutter did not sign" in text
    assert "Six hours, please." in text
    with acting(with_catalogue.ruth):
        contract = Contract.objects.get(pk=request.contract_id)
        send_for_signature(contract=contract, actor=with_catalogue.ruth)


def test_a_customer_without_administrator_cannot_be_sent_anything(with_catalogue: Cast) -> None:
    contract = drafted(with_catalogue)
    ruth = with_catalogue.ruth
    with acting(ruth), pytest.raises(RuleBroken, match="it has no administrator"):
        send_for_signature(contract=contract, actor=ruth)
    with acting(ruth):
        assert not SigningRequest.objects.exists()


@pytest.mark.parametrize("who", ["sam", "ruth", "dana"])
def test_only_an_administrator_of_the_customer_signs(
    with_catalogue: Cast, olga: Viewer, who: str
) -> None:
    viewer: Viewer = getattr(with_catalogue, who)
    request = sent(with_catalogue)
    with acting(viewer):
        with pytest.raises(NotAllowed):
            sign_agreement(request=request, name="X", evidence=EVIDENCE, actor=viewer)
        with pytest.raises(NotAllowed):
            decline_agreement(request=request, reason="X", actor=viewer)
    with acting(with_catalogue.ruth):
        assert not Signature.objects.exists()


def test_another_customers_administrator_cannot_sign_or_see_it(
    with_catalogue: Cast, olga: Viewer
) -> None:
    request = sent(with_catalogue)
    amit = with_catalogue.amit
    with acting(amit), pytest.raises(SigningRequest.DoesNotExist):
        sign_agreement(request=request, name="Amit Bhatt", evidence=EVIDENCE, actor=amit)
    browser = browser_of(amit)
    for path in ("", "decline/", "agreement.pdf"):
        assert browser.get(f"/our-contract/sign/{request.pk}/{path}").status_code == 404
    assert f"/our-contract/sign/{request.pk}/" not in browser.get("/").content.decode()


def test_customers_can_neither_write_nor_change_evidence(
    with_catalogue: Cast, olga: Viewer
) -> None:
    signed_by(olga, sent(with_catalogue))
    for viewer, statements in (
        (olga, ("UPDATE contracts_signingrequest SET state = 'signed'",)),
        (olga, ("DELETE FROM contracts_signature", "UPDATE contracts_signature SET name = 'X'")),
        (with_catalogue.ruth, ("UPDATE contracts_signature SET name = 'X'",)),
    ):
        for statement in statements:
            with (
                acting(viewer),
                pytest.raises(Exception, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


def test_the_provider_writes_down_what_was_signed_on_paper(
    with_catalogue: Cast, olga: Viewer
) -> None:
    request = sent(with_catalogue)
    evidence = Evidence(
        role="Owner",
        signed_on=date(2026, 1, 15),
        address="198.51.100.4",
        scan=IncomingFile("signed.pdf", len(PDF), lambda: io.BytesIO(PDF)),
    )
    ruth = with_catalogue.ruth
    with acting(ruth):
        contract = Contract.objects.get(pk=request.contract_id)
        sign_contract(contract=contract, name="Olga Sutter", evidence=evidence, actor=ruth)
        signature = Signature.objects.get()
        assert SigningRequest.objects.get().state == SigningState.SIGNED
        assert path_of(signature.scan_sha256).read_bytes() == PDF
    assert signature.method == SignatureMethod.SCAN
    assert (signature.signer_id, signature.recorded_by_id) == (None, ruth.membership_id)
    assert (signature.scan_name, signature.scan_media_type) == ("signed.pdf", "application/pdf")
    assert signature.signed_on == date(2026, 1, 15)
    page = browser_of(olga).get(f"/contracts/{contract.pk}/scan-1/")
    assert page.content == PDF
    assert page["Content-Disposition"] == 'attachment; filename="signed.pdf"'
    assert page["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("virus.pdf", b"MZ\x90\x00" + b"\x00" * 100, "virus.pdf is neither a PDF nor a picture."),
        ("page.pdf", b"<html><script>1</script>", "page.pdf is neither a PDF nor a picture."),
        ("note.txt", b"Signed. Olga", "note.txt is neither a PDF nor a picture."),
        ("empty.pdf", b"", "empty.pdf is empty"),
        ("big.pdf", PDF + b"\x00" * 200_000, "big.pdf has"),
    ],
)
def test_a_scan_that_is_none_is_refused_and_nothing_is_signed(
    with_catalogue: Cast, settings: Any, name: str, data: bytes, message: str
) -> None:
    settings.ATTACHMENT_LIMIT_BYTES = 100_000
    contract = drafted(with_catalogue)
    form = {"name": "Olga Sutter", "submission": key(), "scan": scan(name, data)}
    answer = browser_of(with_catalogue.ruth).post(f"/contracts/{contract.pk}/sign/", form)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    with acting(with_catalogue.ruth):
        assert Contract.objects.get(pk=contract.pk).state == ContractState.DRAFT
        assert not Signature.objects.exists()


def test_a_day_to_come_is_no_day_of_a_signature(with_catalogue: Cast) -> None:
    contract = drafted(with_catalogue)
    form = {"name": "Olga Sutter", "signed_on": "2199-01-01", "submission": key()}
    form["no_scan_reason"] = "Lost."
    answer = browser_of(with_catalogue.ruth).post(f"/contracts/{contract.pk}/sign/", form)
    assert answer.status_code == 422
    assert "a day that is still to come" in answer.content.decode()


def test_the_customer_reads_signs_and_downloads_in_the_browser(
    with_catalogue: Cast, olga: Viewer
) -> None:
    request = sent(with_catalogue, note="As agreed by telephone.")
    browser = browser_of(olga)
    home = browser.get("/").content.decode()
    assert f"Contract {request} waits for your signature" in home
    assert (
        f"Contract {request} waits" not in browser_of(with_catalogue.sam).get("/").content.decode()
    )
    url = f"/our-contract/sign/{request.pk}/"
    page = browser.get(url)
    assert "As agreed by telephone." in page.content.decode()
    paper = browser.get(f"{url}agreement.pdf").content
    assert sha256(paper).hexdigest() == request.pdf_sha256
    form = {
        "name": "Olga Sutter",
        "role": "Owner",
        "digest": page.context["form"]["digest"].value(),
        "submission": key(),
    }
    refused = browser.post(url, form)
    assert refused.status_code == 422
    assert "Tick this after you have read the agreement." in refused.content.decode()
    other = browser.post(url, form | {"consent": "on", "digest": "0" * 64})
    assert other.status_code == 422
    assert "not the terms that this page shows now" in other.content.decode()
    answers = [
        browser.post(url, form | {"consent": "on"}, headers={"User-Agent": "Safari\t17"})
        for _ in range(2)
    ]
    assert [answer["Location"] for answer in answers] == ["/our-contract/"] * 2
    with acting(with_catalogue.ruth):
        signature = Signature.objects.get()
    assert (signature.address, signature.user_agent) == ("127.0.0.1", "Safari17")
    late = browser.post(url, form | {"consent": "on", "submission": key()})
    assert late.status_code == 409
    assert browser.get(url).status_code == 303
    text = text_of(browser.get(f"/contracts/{request.contract_id}/agreement.pdf").content)
    assert "Olga Sutter, Owner" in text
    assert "127.0.0.1" in text


def test_the_customer_sends_it_back_in_the_browser(with_catalogue: Cast, olga: Viewer) -> None:
    request = sent(with_catalogue)
    browser = browser_of(olga)
    url = f"/our-contract/sign/{request.pk}/decline/"
    assert browser.post(url, {"reason": "", "submission": key()}).status_code == 422
    form = {"reason": "Six hours, please.", "submission": key()}
    assert [browser.post(url, form).status_code for _ in range(2)] == [303, 303]
    assert f"Contract {request} waits" not in browser.get("/").content.decode()


def test_the_provider_sends_and_takes_back_in_the_browser(
    with_catalogue: Cast, olga: Viewer
) -> None:
    contract = drafted(with_catalogue)
    browser = browser_of(with_catalogue.ruth)
    place = f"/contracts/{contract.pk}/"
    assert browser.get(f"{place}send/").status_code == 200
    form = {"note": "Please sign.", "submission": key()}
    assert [browser.post(f"{place}send/", form).status_code for _ in range(2)] == [303, 303]
    text = browser.get(place).content.decode()
    assert "Waiting for signature" in text
    assert "Please sign." in text
    assert browser.get("/contracts/").status_code == 200
    assert browser.get(f"{place}withdraw/").status_code == 200
    assert browser.post(f"{place}withdraw/").status_code == 303
    assert browser.post(f"{place}withdraw/").status_code == 409
    with acting(with_catalogue.ruth):
        assert SigningRequest.objects.get().state == SigningState.WITHDRAWN


def test_two_administrators_who_sign_at_once_sign_once(with_catalogue: Cast, olga: Viewer) -> None:
    second = build_person(
        with_catalogue.calcom, Role.CUSTOMER_ADMIN, customer=with_catalogue.sutter
    )
    request = sent(with_catalogue)
    signed_by(olga, request)
    with pytest.raises(RuleBroken, match="is signed and cannot be changed"):
        signed_by(second, request)
    with acting(with_catalogue.ruth):
        assert Signature.objects.count() == 1
        assert Terms.objects.filter(contract=request.contract_id).count() == 1
