"""Tiers, clauses, the price list and the papers of contracts over the API."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.viewer import Viewer
from contracts.actions import Evidence, sign_agreement
from contracts.models import Contract, Tier
from tests.api.caller import assert_problem, caller
from tests.builders import build_price_list
from tests.cast import Cast
from tests.contracts.agreements import drafted, sent, text_of
from tests.contracts.conftest import olga, with_catalogue
from tests.stage import DatabaseTime, acting

__all__ = ["olga", "with_catalogue"]


def test_tiers_are_read_with_the_wording_that_would_be_signed(with_catalogue: Cast) -> None:
    dana = caller(with_catalogue.dana)
    tiers = dana.get("/tiers").json()["items"]
    assert [(tier["code"], tier["is_hidden"]) for tier in tiers] == [
        ("TIER1", False),
        ("TIER2", False),
    ]
    second = dana.get(f"/tiers/{tiers[1]['id']}").json()
    clauses = {clause.pop("code"): clause for clause in second.pop("clauses")}
    assert second == tiers[1]
    assert "FIRMWARE" not in clauses
    assert "8 business hours" in clauses["RESPONSE"]["wording"]
    first = dana.get(f"/tiers/{tiers[0]['id']}").json()["clauses"]
    voicemail = next(clause for clause in first if clause["code"] == "VOICEMAIL")
    assert voicemail["is_optional"] is True


def test_clauses_are_read_page_by_page(with_catalogue: Cast) -> None:
    dana = caller(with_catalogue.dana)
    page = dana.get("/clauses?limit=10").json()
    rest = dana.get(page["next"].partition("/api/v1")[2]).json()
    codes = [clause["code"] for clause in page["items"] + rest["items"]]
    assert (len(page["items"]), len(set(codes)), rest["next"]) == (10, 16, None)


def test_the_price_list_says_which_version_counts(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set("2026-06-15T10:00:00-07:00")
    build_price_list(cast.calcom)
    build_price_list(cast.calcom, effective_on=date(2027, 1, 1))
    cards = caller(cast.dana).get("/rates").json()["items"]
    assert [(card["effective_on"], card["is_in_effect"]) for card in cards] == [
        ("2027-01-01", False),
        ("2025-01-01", True),
    ]
    assert set(cards[1]["rates"]) == {"currency", "normal", "after_hours", "trip"}
    assert caller(cast.nora).get("/rates").json()["items"] == []


def test_the_catalogue_is_the_staffs(with_catalogue: Cast) -> None:
    with acting(with_catalogue.ruth):
        tier = Tier.objects.earliest("pk").pk
    for path in ("/tiers", f"/tiers/{tier}", "/clauses", "/rates"):
        for person in (with_catalogue.elena, with_catalogue.amit):
            assert_problem(caller(person).get(path), 403)
        assert_problem(caller(with_catalogue.ruth, "tickets:read").get(path), 403)
        assert_problem(caller(with_catalogue.ruth).get(f"{path}?colour=red"), 400, "colour")
    for odd in (f"0{tier}", "x", "9" * 40):
        assert_problem(caller(with_catalogue.dana).get(f"/tiers/{odd}"), 404)
    assert_problem(caller(with_catalogue.nora).get(f"/tiers/{tier}"), 404)


@pytest.fixture
def signed(with_catalogue: Cast, olga: Viewer) -> Contract:
    """Give a contract that Olga signed in the portal."""
    request = sent(with_catalogue, note="As we spoke about.")
    evidence = Evidence(role="Owner", address="203.0.113.7", user_agent="Firefox")
    with acting(olga):
        return sign_agreement(request=request, name="Olga Sutter", evidence=evidence, actor=olga)


def test_versions_are_listed_with_the_evidence_of_their_signature(
    with_catalogue: Cast, olga: Viewer, signed: Contract
) -> None:
    for person in (with_catalogue.dana, olga):
        (paper,) = caller(person).get(f"/contracts/{signed.pk}/papers").json()["items"]
        assert (paper["version"], paper["effective_on"]) == (1, "2027-01-01")
        signature = paper["signature"]
        assert (signature["name"], signature["role"]) == ("Olga Sutter", "Owner")
        assert (signature["method"], signature["has_scan"]) == ("typed", False)
        assert len(paper["terms_sha256"]) == len(signature["pdf_sha256"]) == 64
        assert "address" not in signature


def test_what_was_sent_to_be_signed_is_listed_with_its_answer(
    with_catalogue: Cast, olga: Viewer, signed: Contract
) -> None:
    (row,) = caller(olga).get(f"/contracts/{signed.pk}/signings").json()["items"]
    assert (row["state"], row["note"], row["reason"]) == ("signed", "As we spoke about.", "")
    assert row["answered_by"] == "Olga Sutter"


@pytest.mark.parametrize("path", ["agreement", "papers/1"])
def test_the_paper_comes_as_a_pdf(
    with_catalogue: Cast, olga: Viewer, signed: Contract, path: str
) -> None:
    answer = caller(olga).get(f"/contracts/{signed.pk}/{path}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert f"{signed.number}-version-1.pdf" in answer["Content-Disposition"]
    assert "Olga Sutter" in text_of(answer.content)


def test_a_draft_is_a_paper_for_staff_and_absent_for_its_customer(
    with_catalogue: Cast, olga: Viewer
) -> None:
    draft = drafted(with_catalogue)
    address = f"/contracts/{draft.pk}"
    dana = caller(with_catalogue.dana)
    assert dana.get(f"{address}/papers").json() == {"items": []}
    assert dana.get(f"{address}/agreement").content.startswith(b"%PDF")
    assert_problem(dana.get(f"{address}/papers/1"), 404)
    for path in ("papers", "papers/1", "agreement", "signings"):
        assert_problem(caller(olga).get(f"{address}/{path}"), 404)
        assert_problem(caller(with_catalogue.nils).get(f"{address}/{path}"), 404)


def test_a_version_that_is_not_there_is_404(
    with_catalogue: Cast, olga: Viewer, signed: Contract
) -> None:
    for odd in ("2", "01", "x", "9" * 40):
        assert_problem(caller(olga).get(f"/contracts/{signed.pk}/papers/{odd}"), 404)
