"""A customer reads what it signed in plain words: what, when, what not, what costs extra."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.viewer import Viewer
from contracts.actions import sign_contract
from contracts.models import Contract
from tests.builders import build_contract, build_device
from tests.cast import Cast
from tests.contracts.agreements import TOLD, drafted, flat
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import request_of
from tickets.actions import open_ticket

NOON = "2027-06-16T12:00:00-07:00"


def signed(cast: Cast, tier: str = "TIER2", **changes: object) -> Contract:
    contract = drafted(cast, tier, **changes)
    with acting(cast.ruth):
        return sign_contract(contract=contract, name="Sam Ortiz", evidence=TOLD, actor=cast.ruth)


def read(viewer: Viewer) -> str:
    answer = browser_of(viewer).get("/our-contract/")
    assert answer.status_code == 200
    return flat(answer.content.decode())


def test_each_clause_says_what_it_means_and_shows_the_words_that_were_signed(
    with_catalogue: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(NOON)
    signed(with_catalogue)
    text = read(with_catalogue.sam)
    assert "You pay nothing for the time that it takes to find out what is wrong." in text
    assert "We look for the cause of a fault without charging labour." in text


def test_it_says_what_is_not_included_and_what_could_be_added(
    with_catalogue: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(NOON)
    signed(with_catalogue, "TIER1")
    page = browser_of(with_catalogue.sam).get("/our-contract/")
    (ours,) = page.context["contracts"]
    missing = {clause.code: clause.price for clause in ours.not_included}
    assert missing == {
        "WIFI": "",
        "VOICEMAIL": "Can be added: Price by agreement",
        "WARRANTY": "",
        "SWAP": "",
        "TROUBLE": "",
        "INSPECT": "",
        "RESPONSE": "",
    }
    assert "New installations, training, and work on products that nobody covers." in flat(
        page.content.decode()
    )


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2027-06-16T12:00:00-07:00", ("Open now", "closes", "17:00")),
        ("2027-06-16T20:00:00-07:00", ("Closed now", "opens", "08:00")),
    ],
)
def test_it_says_whether_the_calendar_is_open_and_the_next_day_off(
    with_catalogue: Cast, database_time: DatabaseTime, now: str, said: tuple[str, ...]
) -> None:
    database_time.set(now)
    signed(with_catalogue)
    text = read(with_catalogue.sam)
    assert all(words in text for words in said)
    assert "Sun 4 Jul 2027" in text


def test_it_says_what_happens_when_it_ends(
    with_catalogue: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(NOON)
    signed(with_catalogue)
    text = read(with_catalogue.sam)
    assert "It ends on 31 Dec 2029." in text
    assert "It is not renewed." in text
    assert "Without a contract you can still report problems." in text


def test_it_links_the_signed_paper_and_says_who_signed(
    with_catalogue: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(NOON)
    contract = signed(with_catalogue)
    text = read(with_catalogue.sam)
    assert f"/contracts/{contract.pk}/agreement-1.pdf" in text
    told = "Signed by Sam Ortiz on 16 Jun 2027, as the provider was told: The paper was lost."
    assert told in text
    assert "127.0.0.1" not in text


def test_terms_from_before_clauses_had_a_meaning_say_it_all_the_same(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-16T12:00:00-07:00")
    build_contract(cast.sutter, clauses=("SWAP",))
    assert "You pay nothing for the work of changing a failed product" in read(cast.sam)


def test_it_costs_the_same_few_queries_however_many_tickets_and_devices_there_are(
    cast: Cast,
) -> None:
    browser = browser_of(cast.elena)
    browser.get("/our-contract/")
    counts = []
    for number in range(2):
        build_device(cast.market_street, f"Phone {number}")
        with acting(cast.elena):
            open_ticket(request=request_of(cast), actor=cast.elena)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/our-contract/").status_code == 200
        counts.append(len([row for row in queries if "SAVEPOINT" not in row["sql"]]))
    assert counts[0] == counts[1]
    assert counts[0] <= 24


def test_an_ended_contract_is_not_told_as_if_it_held(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(NOON)
    build_contract(cast.sutter, ends_on=date(2026, 12, 31))
    assert "No contract is in force" in read(cast.sam)
