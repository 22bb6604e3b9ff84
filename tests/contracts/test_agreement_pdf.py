"""The agreement as PDF says what the engine counts by, and is read back here."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from accounts.viewer import Viewer
from contracts.actions import Evidence, sign_agreement, sign_contract
from contracts.models import Terms
from contracts.terms_json import terms_digest
from tests.builders import build_contract, build_device, build_site
from tests.cast import Cast
from tests.contracts.agreements import TOLD, drafted, flat, sent, text_of
from tests.stage import DatabaseTime, acting, browser_of

JUNE = "2026-06-10T12:00:00-07:00"


def paper(viewer: Viewer, path: str) -> str:
    answer = browser_of(viewer).get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return flat(text_of(answer.content))


@pytest.fixture
def signed(with_catalogue: Cast, olga: Viewer, database_time: DatabaseTime) -> Any:
    """Give a contract that Olga signed on 10 June 2026."""
    database_time.set(JUNE)
    build_device(build_site(with_catalogue.sutter, "Depot"), "Gate phone")
    request = sent(with_catalogue)
    with acting(olga):
        return sign_agreement(
            request=request,
            name="Olga Sutter",
            evidence=Evidence("Owner", address="203.0.113.7"),
            actor=olga,
        )


def test_the_paper_names_parties_cover_times_hours_days_off_clauses_and_rates(
    with_catalogue: Cast, signed: Any
) -> None:
    text = paper(with_catalogue.ruth, f"/contracts/{signed.pk}/agreement.pdf")
    for said in (
        f"Service agreement {signed.number}",
        "This agreement is between CalCom (“we”) and Sutter Freight (“you”).",
        "The whole company",
        "Depot Gate phone Panasonic KX-NS700",
        "We respond within 8 business hours",
        "Reported Fri 12 Jun, 16:00 PDT: due Mon 15 Jun, 15:00 PDT",
        "Reported Fri 12 Jun, 16:00 PDT: due Wed 17 Jun, 13:00 PDT",
        "Normal business hours are Monday to Friday, 08:00 to 17:00 Pacific time.",
        "Thursday 25 Nov 2027 Thanksgiving Day Closed",
        "No additional labour cost for troubleshooting faulty systems TROUBLE",
        "No add-on was agreed.",
        "In force from 1 Jan 2027 to 31 Dec 2029, both days included.",
        "The contract is not renewed.",
        "Signed by Olga Sutter, Owner",
        "From address 203.0.113.7",
    ):
        assert said in text, said
    assert "FIRMWARE" not in text
    assert "VOICEMAIL" not in text
    assert "DRAFT" not in text


def test_the_foot_of_every_page_names_the_row_of_the_terms(
    with_catalogue: Cast, signed: Any
) -> None:
    answer = browser_of(with_catalogue.ruth).get(f"/contracts/{signed.pk}/agreement-1.pdf")
    with acting(with_catalogue.ruth):
        terms = Terms.objects.select_related("contract").get(contract=signed)
    foot = f"{signed.number} · version 1 · SHA-256 {terms_digest(terms)}"
    pages = [flat(page.extract_text()) for page in PdfReader(io.BytesIO(answer.content)).pages]
    assert len(pages) >= 2
    assert all(foot in page for page in pages)


def test_the_paper_is_tagged_titled_and_says_its_language(
    with_catalogue: Cast, signed: Any
) -> None:
    answer = browser_of(with_catalogue.ruth).get(f"/contracts/{signed.pk}/agreement.pdf")
    reader = PdfReader(io.BytesIO(answer.content))
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)
    assert reader.metadata is not None
    assert reader.metadata.title == f"Service agreement {signed.number}"
    assert answer["Content-Disposition"] == (
        f'attachment; filename="{signed.number}-version-1.pdf"'
    )
    again = browser_of(with_catalogue.ruth).get(f"/contracts/{signed.pk}/agreement.pdf")
    assert again.content == answer.content


def test_a_draft_says_draft_and_its_customer_does_not_get_it(
    with_catalogue: Cast, olga: Viewer
) -> None:
    contract = drafted(with_catalogue)
    path = f"/contracts/{contract.pk}/agreement.pdf"
    text = paper(with_catalogue.ruth, path)
    assert "DRAFT" in text
    assert "It promises nothing until it is signed." in text
    assert browser_of(olga).get(path).status_code == 404
    with acting(with_catalogue.ruth):
        sign_contract(contract=contract, name="Sam Ortiz", evidence=TOLD, actor=with_catalogue.ruth)
    assert "DRAFT" not in paper(olga, path)


def test_tier_1_says_that_no_time_is_promised_and_what_the_add_on_costs(
    with_catalogue: Cast, olga: Viewer
) -> None:
    contract = drafted(with_catalogue, "TIER1", options=("VOICEMAIL",))
    text = paper(with_catalogue.ruth, f"/contracts/{contract.pk}/agreement.pdf")
    assert "No response time is promised." in text
    assert "SMTP voicemail-to-email service VOICEMAIL · Agreed apart" in text
    assert "Firmware updates if needed FIRMWARE" in text


def test_a_signed_paper_does_not_change_with_what_it_is_about(
    with_catalogue: Cast, signed: Any, database_time: DatabaseTime
) -> None:
    path = f"/contracts/{signed.pk}/agreement.pdf"
    before = browser_of(with_catalogue.ruth).get(path).content
    build_device(build_site(with_catalogue.sutter, "Pier 9"), "New phone")
    database_time.set("2027-02-01T12:00:00-08:00")
    assert browser_of(with_catalogue.ruth).get(path).content == before


def test_a_contract_from_before_there_were_papers_has_one_all_the_same(cast: Cast) -> None:
    contract = build_contract(cast.bayview, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    text = paper(cast.amit, f"/contracts/{contract.pk}/agreement.pdf")
    assert "Signed by Amit Bhatt" in text


def test_an_amended_version_does_not_claim_the_signature_of_the_first(cast: Cast) -> None:
    contract = build_contract(cast.bayview)
    with acting(cast.ruth):
        first = Terms.objects.get(contract=contract)
        first.pk, first.number, first.effective_on = None, 2, date(2026, 7, 1)
        first.save(force_insert=True)
    text = paper(cast.amit, f"/contracts/{contract.pk}/agreement-2.pdf")
    assert "Signed by" not in text
    assert f"{contract.number} · version 2" in text


def test_versions_that_are_not_and_contracts_of_others_are_404(
    with_catalogue: Cast, signed: Any, olga: Viewer
) -> None:
    path = f"/contracts/{signed.pk}"
    assert browser_of(olga).get(f"{path}/agreement-2.pdf").status_code == 404
    assert browser_of(olga).get(f"{path}/scan-1/").status_code == 404
    for rival in (with_catalogue.amit, with_catalogue.nils, with_catalogue.kim):
        for name in ("agreement.pdf", "agreement-1.pdf", "scan-1/"):
            assert browser_of(rival).get(f"{path}/{name}").status_code == 404


def test_what_people_wrote_stays_text_in_the_paper(with_catalogue: Cast, olga: Viewer) -> None:
    build_device(build_site(with_catalogue.sutter, "#eval(1) *Pier* \u202e9"), "= Phone $x$")
    contract = drafted(with_catalogue)
    text = paper(with_catalogue.ruth, f"/contracts/{contract.pk}/agreement.pdf")
    assert "#eval(1) *Pier*" in text
    assert "= Phone $x$" in text


def test_a_paper_costs_the_same_few_queries_however_much_is_covered(
    with_catalogue: Cast, olga: Viewer
) -> None:
    contract = drafted(with_catalogue)
    browser = browser_of(with_catalogue.ruth)
    path = f"/contracts/{contract.pk}/agreement.pdf"
    browser.get(path)
    counts = []
    for number in range(2):
        site = build_site(with_catalogue.sutter, f"Site {number}")
        for name in ("One", "Two", "Three"):
            build_device(site, name)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        counts.append(len([row for row in queries if "SAVEPOINT" not in row["sql"]]))
    assert counts[0] == counts[1]
    assert counts[0] <= 26
