"""The life of a contract in the browser: preview, confirm, history, lists."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from contracts.actions import Side, end_contract, give_notice, seed_catalogue, seed_rate_card
from contracts.models import Calendar, ContractEvent, ContractPolicy, Terms, Tier
from contracts.renewals import Renewal
from contracts.sweeps import sweep_contracts
from tests.builders import build_site
from tests.cast import Cast
from tests.contracts.life import BY_HAND, FOUR_HOURS, LAST, YEARLY, amended, signed, stored
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import request_of
from tickets.actions import open_ticket
from tickets.models import Ticket


@pytest.fixture
def seeded(cast: Cast, database_time: DatabaseTime) -> Cast:
    """Give a cast with catalogue and price list, on Mon 15 Jun 2026, 10:00 Pacific."""
    database_time.set("2026-06-15T10:00:00-07:00")
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
        seed_rate_card(actor=cast.ruth)
    return cast


def an_amendment(cast: Cast, **changes: Any) -> dict[str, Any]:
    with acting(cast.ruth):
        calendar = Calendar.objects.get(is_default=True).pk
    return {
        "effective_on": "2026-07-01",
        "effect": "at_once",
        "base_number": "1",
        "cover": "whole",
        "calendar": calendar,
        "emergency_respond_hours": "4",
        "emergency_respond_unit": "business_hours",
        "emergency_resolve_hours": "",
        "emergency_resolve_unit": "business_hours",
        "minor_respond_hours": "24",
        "minor_respond_unit": "business_hours",
        "minor_resolve_hours": "",
        "minor_resolve_unit": "business_hours",
        "pricing": "listed",
        "renewal_rule": "none",
        "submission": str(uuid.uuid4()),
    } | changes


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def previewed(browser: Client, url: str, form: dict[str, Any]) -> dict[str, Any]:
    """Return the form as the preview sends it on."""
    answer = browser.post(url, form | {"step": "preview"})
    assert answer.status_code == 200, text_of(answer)
    return form | {"step": "confirm", "seen": answer.context["found"].digest}


def test_an_amendment_is_previewed_confirmed_and_shown_in_the_history(seeded: Cast) -> None:
    contract = signed(seeded)
    browser, url = browser_of(seeded.ruth), f"/contracts/{contract.pk}/amend/"
    page = browser.get(url)
    assert page.context["form"]["emergency_respond_hours"].value() == "8"
    assert page.context["form"]["effective_on"].value() == date(2026, 6, 15)
    form = an_amendment(seeded)
    preview = browser.post(url, form | {"step": "preview"})
    assert "We respond" not in text_of(preview)
    assert "within 4 business hours (before: within 8 business hours)" in text_of(preview)
    with acting(seeded.ruth):
        assert Terms.objects.filter(contract=contract).count() == 1
    confirmed = previewed(browser, url, form)
    answers = [browser.post(url, confirmed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    with acting(seeded.ruth):
        assert Terms.objects.filter(contract=contract).count() == 2
    shown = text_of(browser.get(f"/contracts/{contract.pk}/"))
    assert "To come" in shown
    assert "1 Jul 2026 to 31 Dec 2026" in shown
    # The old terms are still those in force.
    assert "8 business hours" in shown


def test_the_tier_is_changed_first_and_brings_its_own_times(seeded: Cast) -> None:
    contract = signed(seeded)
    with acting(seeded.ruth):
        tier = Tier.objects.get(code="TIER1")
    browser, url = browser_of(seeded.ruth), f"/contracts/{contract.pk}/amend/?tier={tier.pk}"
    form = browser.get(url).context["form"]
    assert form["emergency_respond_hours"].value() is None
    assert [str(choice[0]) for choice in form.fields["options"].choices] == ["VOICEMAIL"]
    wanted = an_amendment(
        seeded,
        emergency_respond_hours="",
        minor_respond_hours="",
        options=["VOICEMAIL"],
        price_voicemail="24.50",
    )
    confirmed = previewed(browser, url, wanted)
    assert browser.post(url, confirmed).status_code == 303
    with acting(seeded.ruth):
        newest = Terms.objects.filter(contract=contract).latest("number")
    assert newest.tier_code == "TIER1"
    assert [row["price"] for row in newest.clauses if row["optional"]] == ["24.50"]


def test_a_preview_names_the_deadline_that_moves(seeded: Cast) -> None:
    contract = signed(seeded)
    with acting(seeded.sam):
        wanted = request_of(seeded, seeded.sam, site_id=None, device_id=None)
        ticket = open_ticket(request=wanted, actor=seeded.sam)
    browser, url = browser_of(seeded.ruth), f"/contracts/{contract.pk}/amend/"
    form = an_amendment(seeded, effective_on="2026-06-15")
    page = browser.post(url, form | {"step": "preview"})
    assert [row.moved.reference for row in page.context["moved"]] == [ticket.reference]
    assert "1 in all" in text_of(page)
    with acting(seeded.dana):
        assert Ticket.objects.get(pk=ticket.pk).terms_id == ticket.terms_id


def test_what_changed_since_the_preview_is_shown_again_and_nothing_is_done(seeded: Cast) -> None:
    contract = signed(seeded)
    browser, url = browser_of(seeded.ruth), f"/contracts/{contract.pk}/amend/"
    confirmed = previewed(browser, url, an_amendment(seeded, effective_on="2026-06-15"))
    with acting(seeded.sam):
        wanted = request_of(seeded, seeded.sam, site_id=None, device_id=None)
        open_ticket(request=wanted, actor=seeded.sam)
    answer = browser.post(url, confirmed)
    assert answer.status_code == 409
    assert "This has changed since you looked at it" in text_of(answer)
    with acting(seeded.ruth):
        assert Terms.objects.filter(contract=contract).count() == 1
    again = confirmed | {
        "seen": answer.context["found"].digest,
        "submission": str(uuid.uuid4()),
    }
    assert browser.post(url, again).status_code == 303


@pytest.mark.parametrize("seen", ["", "0" * 64, "x"])
def test_nothing_is_done_without_the_consequences_having_been_seen(seeded: Cast, seen: str) -> None:
    contract = signed(seeded, renewal=BY_HAND)
    form = {"months": "12", "submission": str(uuid.uuid4()), "step": "confirm", "seen": seen}
    answer = browser_of(seeded.ruth).post(f"/contracts/{contract.pk}/renew/", form)
    assert answer.status_code == 409
    assert stored(seeded, contract).ends_on == LAST


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"effective_on": "2026-06-14"}, "14 Jun 2026 has passed."),
        ({"effective_on": "2027-01-01"}, "The contract ends on 31 Dec 2026."),
        ({"effective_on": "soon"}, "Write a day of the calendar as 2026-06-30"),
        ({"cover": "sites"}, "Choose at least one"),
        ({"pricing": "agreed", "rate_normal": "-1"}, "This cannot be below zero."),
        ({"renewal_rule": "automatic"}, "A contract is renewed by whole months."),
        (
            {"renewal_rule": "automatic", "renewal_months": "12", "notice_days": "0"},
            "This is no time of notice. Write a number of days from 1 to 730.",
        ),
        ({"emergency_respond_hours": "8"}, "This is what the contract says already."),
        ({"base_number": ""}, "This field is required."),
    ],
)
def test_an_amendment_that_cannot_be_is_refused_at_its_field(
    seeded: Cast, changes: dict[str, str], message: str
) -> None:
    contract = signed(seeded)
    form = an_amendment(seeded, **changes) | {"step": "preview"}
    answer = browser_of(seeded.ruth).post(f"/contracts/{contract.pk}/amend/", form)
    assert answer.status_code == 422
    assert message in text_of(answer)
    with acting(seeded.ruth):
        assert Terms.objects.filter(contract=contract).count() == 1


def test_an_overlap_names_the_other_contract_in_the_form(seeded: Cast) -> None:
    depot, yard = build_site(seeded.sutter, "Depot"), build_site(seeded.sutter, "Yard")
    contract = signed(seeded, site_ids=(depot.pk,))
    other = signed(seeded, site_ids=(yard.pk,))
    form = an_amendment(seeded, cover="sites", sites=[depot.pk, yard.pk], step="preview")
    answer = browser_of(seeded.ruth).post(f"/contracts/{contract.pk}/amend/", form)
    assert answer.status_code == 422
    assert f"Contract {other.number} covers Yard already" in text_of(answer)


def test_it_is_renewed_given_notice_and_taken_back_in_the_browser(seeded: Cast) -> None:
    contract = signed(seeded, renewal=YEARLY)
    browser, place = browser_of(seeded.ruth), f"/contracts/{contract.pk}/"
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("renew", {"months": "12"}, "The last day is 31 Dec 2027 (before: 31 Dec 2026)."),
        (
            "notice",
            {"side": "customer", "given_on": "2026-06-15", "reason": "They move."},
            "It is not renewed any more.",
        ),
        ("notice/withdraw", {"reason": "They stay."}, "It goes on as agreed"),
        (
            "end",
            {"last_day": "2026-07-31", "reason": "They move after all."},
            "The whole company: covered until 31 Jul 2026 (before: 31 Dec 2027).",
        ),
    ]
    for step, fields, consequence in steps:
        assert browser.get(f"{place}{step}/").status_code == 200
        form = fields | {"submission": str(uuid.uuid4())}
        shown = browser.post(f"{place}{step}/", form | {"step": "preview"})
        assert consequence in text_of(shown)
        confirmed = form | {"step": "confirm", "seen": shown.context["found"].digest}
        assert browser.post(f"{place}{step}/", confirmed).status_code == 303
    with acting(seeded.ruth):
        milestones = list(ContractEvent.objects.values_list("milestone", flat=True).order_by("pk"))
    assert milestones == ["signed", "renewed", "notice", "notice_withdrawn", "cut_short"]
    assert "Ending on 31 Jul 2026" in text_of(browser.get(place))


@pytest.mark.parametrize(
    ("step", "fields", "message"),
    [
        ("renew", {"months": "0"}, "Write a number from 1 to 120."),
        ("renew", {"months": "1e3"}, "Write a whole number"),
        ("notice", {"side": "nobody", "given_on": "2026-06-15", "reason": "x"}, "valid choice"),
        ("notice", {"side": "customer", "given_on": "2026-06-16", "reason": "x"}, "not come yet"),
        ("notice", {"side": "customer", "given_on": "2026-06-15"}, "This field is required."),
        ("end", {"last_day": "2026-06-14", "reason": "x"}, "has passed"),
        ("end", {"last_day": "2026-12-31", "reason": "x"}, "ends on 31 Dec 2026 anyway"),
    ],
)
def test_a_step_that_cannot_be_is_refused_at_its_field(
    seeded: Cast, step: str, fields: dict[str, str], message: str
) -> None:
    contract = signed(seeded)
    form = fields | {"submission": str(uuid.uuid4()), "step": "preview"}
    answer = browser_of(seeded.ruth).post(f"/contracts/{contract.pk}/{step}/", form)
    assert answer.status_code == 422
    assert message in text_of(answer)
    assert stored(seeded, contract).ends_on == LAST


def test_only_the_steps_that_are_possible_are_offered(
    seeded: Cast, database_time: DatabaseTime
) -> None:
    contract = signed(seeded)
    browser, place = browser_of(seeded.ruth), f"/contracts/{contract.pk}/"
    steps = ("amend", "renew", "notice", "notice/withdraw", "end")

    def offered() -> list[str]:
        page = text_of(browser.get(place))
        return [step for step in steps if f'"{place}{step}/"' in page]

    assert offered() == ["amend", "renew", "notice", "end"]
    with acting(seeded.ruth):
        give_notice(
            contract=contract,
            side=Side.PROVIDER,
            given_on=date(2026, 6, 15),
            reason="x",
            actor=seeded.ruth,
        )
    assert offered() == ["amend", "notice/withdraw", "end"]
    database_time.set("2027-01-01T12:00:00-08:00")
    assert offered() == []
    assert f"{place}amend/" not in text_of(browser_of(seeded.dana).get(place))


def test_the_page_tells_dates_reminders_and_what_each_version_changed(
    seeded: Cast, database_time: DatabaseTime
) -> None:
    contract = signed(seeded, renewal=YEARLY)
    amended(seeded, contract, date(2026, 7, 1), targets=FOUR_HOURS)
    database_time.set("2026-10-03T10:00:00-07:00")
    sweep_contracts()
    life = browser_of(seeded.dana).get(f"/contracts/{contract.pk}/").context["life"]
    assert [(step.day.isoformat(), step.title, step.place) for step in life.steps] == [
        ("2026-01-01", "First day", "past"),
        ("2026-06-15", "Signed", "past"),
        ("2026-07-01", "Amended", "past"),
        ("2026-12-01", "Last day for notice", "next"),
        ("2026-12-31", "Last day", "next"),
    ]
    assert [(version.terms.number, version.state) for version in life.versions] == [
        (2, "In force"),
        (1, "Past"),
    ]
    assert list(life.versions[1].sentences) == ["As it was signed."]
    assert [(row.on.isoformat(), row.state) for row in life.reminders] == [
        ("2026-09-02", "Left out, a later one was sent"),
        ("2026-10-02", "Left out, a later one was sent"),
        ("2026-10-02", "Sent on 3 Oct 2026"),
        ("2026-11-01", "To come"),
        ("2026-11-01", "To come"),
        ("2026-12-01", "To come"),
    ]


def test_a_customer_reads_its_rates_its_renewal_and_the_terms_of_today(seeded: Cast) -> None:
    contract = signed(seeded, renewal=YEARLY)
    amended(seeded, contract, date(2026, 7, 1), targets=FOUR_HOURS)
    page = text_of(browser_of(seeded.sam).get("/our-contract/"))
    assert "USD 217.50" in page
    assert "It renews by itself for 12 months, with 30 days&#x27; notice." in page
    assert "give notice by 1 Dec 2026" in page
    assert 'within <b class="fw-medium">8 business hours</b>' in page


def test_lists_are_narrowed_to_where_contracts_stand(
    seeded: Cast, database_time: DatabaseTime
) -> None:
    sites = [build_site(seeded.sutter, f"Site {number}") for number in range(6)]
    wanted: dict[str, dict[str, Any]] = {
        "open": {"ends_on": None},
        "soon": {"ends_on": date(2026, 8, 1)},
        "renewing": {"ends_on": date(2026, 8, 1), "renewal": YEARLY},
        "ended": {"ends_on": date(2026, 6, 14)},
        "upcoming": {"starts_on": date(2026, 7, 1)},
        "cut": {"renewal": YEARLY},
    }
    made = {
        name: signed(seeded, site_ids=(site.pk,), **changes)
        for site, (name, changes) in zip(sites, wanted.items(), strict=True)
    }
    with acting(seeded.ruth):
        end_contract(contract=made["cut"], last_day=date(2026, 7, 1), reason="x", actor=seeded.ruth)
    names = {contract.number: name for name, contract in made.items()}
    browser = browser_of(seeded.dana)

    def shown(show: str) -> set[str]:
        rows = browser.get(f"/contracts/?show={show}&customer={seeded.sutter.pk}").context["rows"]
        return {names[contract.number] for contract, _ in rows}

    assert shown("in-force") == {"open", "soon", "renewing", "cut"}
    assert shown("ending") == {"soon", "cut"}
    assert shown("ended") == {"ended"}
    assert shown("drafts") == set()
    assert shown("nonsense") == set(made)
    page = text_of(browser.get("/contracts/"))
    assert "Signed, starts on 1 Jul 2026" in page
    assert "Ending on 1 Aug 2026" in page


def test_an_administrator_sets_the_horizons_once_for_all(seeded: Cast) -> None:
    contract = signed(seeded)
    browser = browser_of(seeded.ruth)
    page = browser.get("/contracts/reminders/")
    assert page.context["form"]["horizons"].value() == "90, 60, 30"
    assert browser.post("/contracts/reminders/", {"horizons": "14, 120,14"}).status_code == 303
    with acting(seeded.ruth):
        assert ContractPolicy.objects.get().horizons == [120, 14]
        assert AuditEntry.objects.latest("number").action == "contract.horizons_set"
    assert stored(seeded, contract).look_on == date(2026, 6, 15)


@pytest.mark.parametrize("text", ["", "soon", "0", "-3", "366", "1,2,3,4,5,6,7", "30;60", "٣٠"])
def test_horizons_that_cannot_be_are_refused(seeded: Cast, text: str) -> None:
    answer = browser_of(seeded.ruth).post("/contracts/reminders/", {"horizons": text})
    assert answer.status_code == 422
    with acting(seeded.ruth):
        assert not ContractPolicy.objects.exists()


def test_pages_cost_the_same_queries_however_many_tickets_and_covers_there_are(
    seeded: Cast,
) -> None:
    sites = [build_site(seeded.sutter, f"Site {number}") for number in range(4)]
    contract = signed(seeded, ends_on=None, renewal=Renewal(notice_days=30))
    browser = browser_of(seeded.ruth)
    urls = [f"/contracts/{contract.pk}/", f"/contracts/{contract.pk}/amend/"]
    form = an_amendment(seeded, effective_on="2026-07-01", step="preview")

    def cost() -> list[int]:
        counts = []
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                browser.get(url)
            counts.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            assert browser.post(urls[1], form).status_code == 200
        return [*counts, len(queries)]

    cost()
    few = cost()
    for site in sites:
        with acting(seeded.sam):
            wanted = request_of(seeded, seeded.sam, site_id=site.pk, device_id=None)
            open_ticket(request=wanted, actor=seeded.sam)
    assert cost() == few
