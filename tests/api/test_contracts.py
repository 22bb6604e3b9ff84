"""The life of a contract over the API."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEntry
from accounts.viewer import Viewer
from contracts.models import Contract, Signature, Terms
from tests.api.caller import V1, Caller, assert_problem, caller
from tests.cast import Cast
from tests.contracts.agreements import PDF
from tests.contracts.conftest import olga, with_catalogue
from tests.stage import DatabaseTime, acting

__all__ = ["olga", "with_catalogue"]

RATES = {"currency": "USD", "normal": "145.00", "after_hours": "217.50", "trip": "95.00"}
ROUNDING = {"step": 15, "rule": "up", "minimum": 15}
AUTOMATIC = {"rule": "automatic", "months": 12, "notice_days": 30}
TOLD = {"name": "Olga Sutter", "no_scan_reason": "Signed by telephone."}


@pytest.fixture
def stage(with_catalogue: Cast, database_time: DatabaseTime) -> Cast:
    """Give the cast with its catalogue, in the middle of June."""
    database_time.set("2026-06-15T09:00:00-07:00")
    return with_catalogue


def new(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Return what a new draft is sent as."""
    days = {"starts_on": "2026-07-01", "ends_on": "2027-06-30"}
    return {"customer": cast.sutter.pk, "tier": "TIER2"} | days | changes


def drafted(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Draft one as Ruth."""
    answer = caller(cast.ruth).post("/contracts", new(cast, **changes))
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def acted(who: Caller, contract: dict[str, Any], verb: str, body: Any = None) -> dict[str, Any]:
    """Take a step, and return the contract as it is then."""
    answer = who.post(f"/contracts/{contract['id']}/actions/{verb}", body or {})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def stored(cast: Cast) -> int:
    """Return how many contracts there are."""
    with acting(cast.ruth):
        return int(Contract.objects.count())


def test_a_contract_is_drafted_sent_and_signed(stage: Cast, olga: Viewer) -> None:
    ruth = caller(stage.ruth)
    renewal = {"rule": "manual", "months": 12, "notice_days": 30}
    answer = ruth.post("/contracts", new(stage, rates=RATES, rounding=ROUNDING, renewal=renewal))
    made = answer.json()
    assert answer["Location"] == f"{V1}/contracts/{made['id']}"
    assert (made["state"], made["terms"], made["draft"]["rates"]) == ("draft", [], RATES)
    assert len(made["draft"]["targets"]) == 2

    edited = acted(ruth, made, "edit", {"ends_on": "2027-12-31", "starts_on": "2026-06-15"})
    assert (edited["starts_on"], edited["ends_on"]) == ("2026-06-15", "2027-12-31")
    assert edited["draft"] == made["draft"]

    waits = acted(ruth, made, "send", {"note": "As we said."})
    assert (waits["state"], waits["waiting"]["note"]) == ("sent", "As we said.")
    words = {"name": "Olga Sutter", "role": "Owner", "consent": True}
    sign = f"/signings/{waits['waiting']['id']}/actions/sign"
    digest = waits["waiting"]["terms_sha256"]
    signed = caller(olga).post(sign, words | {"terms_sha256": digest}, User_Agent="ERP 1.0").json()
    assert (signed["state"], signed["signed_name"]) == ("signed", "Olga Sutter")
    assert (signed["draft"], signed["waiting"]) == (None, None)
    with acting(stage.ruth):
        assert Signature.objects.get().user_agent == "ERP 1.0"

    with acting(stage.ruth):
        assert AuditEntry.objects.filter(action="contract.signed").count() == 1


def test_a_signed_contract_is_amended_renewed_and_ended(stage: Cast) -> None:
    ruth = caller(stage.ruth)
    made = drafted(stage, starts_on="2026-06-15", rates=RATES, rounding=ROUNDING)
    acted(ruth, made, "sign", TOLD)
    body = {"effective_on": "2026-08-01", "base_version": 1, "rates": None}
    amendments = f"/contracts/{made['id']}/amendments"
    seen = ruth.post(f"{amendments}/preview", body).json()
    assert seen["base_version"] == 1
    with acting(stage.ruth):
        assert Terms.objects.filter(contract_id=made["id"]).count() == 1
    at_once = body | {"to_be_signed": False, "seen": seen["digest"]}
    amended = ruth.post(amendments, at_once)
    assert amended.status_code == 201, amended.content
    assert [terms["rates"] for terms in amended.json()["terms"]] == [RATES, None]

    looked = acted(ruth, made, "renew/preview", {"months": 6})
    assert looked["changes"] == ["The last day is 31 Dec 2027 (before: 30 Jun 2027)."]
    assert acted(ruth, made, "renew", {"months": 6})["ends_on"] == "2027-12-31"
    notice = {"side": "customer", "given_on": "2026-06-15", "reason": "They move."}
    assert acted(ruth, made, "notice", notice)["ending"] == "notice"
    assert acted(ruth, made, "withdraw-notice", {"reason": "They stay."})["ending"] == ""
    end = {"last_day": "2026-09-30", "reason": "The company closes."}
    ended = acted(ruth, made, "end", end)
    assert (ended["ends_on"], ended["ending"]) == ("2026-09-30", "cut_short")
    assert [event["milestone"] for event in ended["events"]] == [
        *("signed", "amended", "renewed", "notice", "notice_withdrawn", "cut_short"),
    ]


def test_a_draft_is_drafted_once_and_can_be_given_up(stage: Cast) -> None:
    ruth, before = caller(stage.ruth), stored(stage)
    first, again = (ruth.post("/contracts", new(stage), Idempotency_Key="k") for _ in range(2))
    assert (first.content, again["Idempotency-Replayed"]) == (again.content, "true")
    assert stored(stage) == before + 1
    assert acted(ruth, first.json(), "cancel")["state"] == "cancelled"
    path = f"/contracts/{first.json()['id']}/actions"
    for verb in ("cancel", "send", "take-back"):
        assert_problem(ruth.post(f"{path}/{verb}", {}), 409)
    assert_problem(ruth.post(f"{path}/edit", {"ends_on": None}), 409)
    assert_problem(ruth.post(f"{path}/sign", TOLD), 409)


def test_a_signature_on_paper_comes_with_its_scan(stage: Cast) -> None:
    ruth, made = caller(stage.ruth), drafted(stage)
    path = f"/contracts/{made['id']}/actions/sign"
    assert_problem(ruth.post(path, {"name": "Olga Sutter"}), 400, "no_scan_reason")
    lines = [
        *("--b", 'Content-Disposition: form-data; name="name"', "", "Olga Sutter", "--b"),
        'Content-Disposition: form-data; name="scan"; filename="paper.pdf"',
        *("Content-Type: application/pdf", "", PDF.decode(), "--b--", ""),
    ]
    form = "\r\n".join(lines).encode()
    answer = ruth.post(path, form, Content_Type="multipart/form-data; boundary=b")
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "signed"
    with acting(stage.ruth):
        assert Signature.objects.get().scan_name == "paper.pdf"


def test_what_was_sent_is_taken_back_or_declined(stage: Cast, olga: Viewer) -> None:
    ruth, made = caller(stage.ruth), drafted(stage)
    acted(ruth, made, "send")
    taken = acted(ruth, made, "take-back")
    assert (taken["state"], taken["waiting"]) == ("draft", None)
    waiting = acted(ruth, made, "send")["waiting"]
    path = f"/signings/{waiting['id']}/actions"
    words = {"name": "Olga", "role": "Owner", "terms_sha256": waiting["terms_sha256"]}
    for change, field in (({"consent": False}, "consent"), ({"terms_sha256": "0"}, "terms_sha256")):
        body = {"consent": True} | words | change
        assert_problem(caller(olga).post(f"{path}/sign", body), 400, field)
    assert_problem(ruth.post(f"{path}/sign", {"consent": True} | words), 403)
    assert_problem(caller(stage.amit).post(f"{path}/decline", {"reason": "No."}), 404)
    declined = caller(olga).post(f"{path}/decline", {"reason": "Too long."}).json()
    assert (declined["state"], declined["reason"]) == ("declined", "Too long.")
    assert ruth.get(f"/contracts/{made['id']}").json()["state"] == "draft"


def test_an_amendment_waits_for_its_signature_unless_it_is_to_count_at_once(
    stage: Cast, olga: Viewer
) -> None:
    ruth, made = caller(stage.ruth), drafted(stage, starts_on="2026-06-15")
    acted(ruth, made, "sign", TOLD)
    path = f"/contracts/{made['id']}/amendments"
    body = {"effective_on": "2026-08-01", "base_version": 1, "tier": "TIER1"}
    answer = ruth.post(path, body | {"note": "For August."})
    assert answer.status_code == 201, answer.content
    assert (len(answer.json()["terms"]), answer.json()["waiting"]["note"]) == (1, "For August.")
    assert_problem(ruth.post(path, body), 409)
    acted(ruth, made, "sign", TOLD)
    terms = ruth.get(f"/contracts/{made['id']}").json()["terms"]
    assert [row["tier_code"] for row in terms] == ["TIER2", "TIER1"]


def test_a_step_that_would_do_something_else_than_was_seen_is_not_taken(stage: Cast) -> None:
    ruth, made = caller(stage.ruth), drafted(stage, starts_on="2026-06-15")
    acted(ruth, made, "sign", TOLD)
    path = f"/contracts/{made['id']}"
    before = ruth.get(path).json()
    digest = acted(ruth, made, "renew/preview", {"months": 12})["digest"]
    assert_problem(ruth.post(f"{path}/actions/renew", {"months": 6, "seen": digest}), 412)
    body = {"effective_on": "2026-08-01", "base_version": 1, "tier": "TIER1", "seen": digest}
    for is_signed in (True, False):
        answer = ruth.post(f"{path}/amendments", body | {"to_be_signed": is_signed})
        assert_problem(answer, 412)
    assert ruth.get(path).json() == before
    assert acted(ruth, made, "renew", {"months": 12, "seen": digest})["ends_on"] == "2028-06-30"


def test_what_was_signed_for_later_is_called_off(stage: Cast) -> None:
    ruth, made = caller(stage.ruth), drafted(stage)
    acted(ruth, made, "sign", TOLD)
    off = acted(ruth, made, "call-off", {"reason": "The office was never opened."})
    assert (off["state"], off["covers"]) == ("cancelled", [])


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("customer", {"customer": 999_999}),
        ("customer", {"customer": "1"}),
        ("tier", {"tier": "TIER9"}),
        ("calendar", {"calendar": 999_999}),
        ("starts_on", {"starts_on": "01.07.2026"}),
        ("ends_on", {"ends_on": "2026-06-30"}),
        ("ends_on", {"ends_on": None, "renewal": AUTOMATIC}),
        ("renewal.notice_days", {"renewal": {"rule": "automatic", "months": 12}}),
        ("rates.normal", {"rates": RATES | {"normal": "-1"}}),
        ("rates.normal", {"rates": RATES | {"normal": 145}}),
        ("rates.currency", {"rates": RATES | {"currency": "XXQ"}}),
        ("rounding", {"rates": RATES}),
        ("rounding.step", {"rounding": ROUNDING | {"step": 7}}),
        ("rounding.minimum", {"rounding": ROUNDING | {"minimum": 20}}),
        ("renewal.months", {"renewal": {"rule": "manual"}}),
        ("options", {"options": [{"code": "NOSUCH"}]}),
        ("options.monthly_price", {"options": [{"code": "VOICEMAIL", "monthly_price": "-5"}]}),
        ("targets.0.unit", {"targets": [{"priority": "minor", "metric": "respond", "unit": "h"}]}),
        ("sites", {"sites": [999_999]}),
        ("sites", {"sites": "all"}),
        ("devices.0", {"devices": [True]}),
        ("price", {"price": 1}),
    ],
)
def test_what_no_contract_can_say_is_refused_by_field(
    stage: Cast, field: str, changes: dict[str, Any]
) -> None:
    before = stored(stage)
    body = assert_problem(caller(stage.ruth).post("/contracts", new(stage, **changes)), 400)
    assert field in [error["field"] for error in body["errors"]]
    assert stored(stage) == before


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("edit", {}, "body"),
        ("edit", {"customer": 1}, "customer"),
        ("end", {"last_day": "2026-01-01", "reason": "x"}, "last_day"),
        ("end", {"last_day": "2026-09-30"}, "reason"),
        ("renew", {"months": 0}, "months"),
        ("renew", {"months": True}, "months"),
        ("notice", {"side": "us", "given_on": "2026-06-15", "reason": "x"}, "side"),
        ("notice", {"side": "provider", "given_on": "soon", "reason": "x"}, "given_on"),
        ("call-off", {"reason": " "}, "reason"),
        ("sign", TOLD | {"signed_on": "2030-01-01"}, "signed_on"),
    ],
)
def test_a_step_with_a_wrong_field_names_it_and_nothing_happens(
    stage: Cast, verb: str, body: dict[str, Any], field: str
) -> None:
    ruth, made = caller(stage.ruth), drafted(stage)
    if verb not in ("edit", "sign"):
        acted(ruth, made, "sign", TOLD)
    before = ruth.get(f"/contracts/{made['id']}").json()
    assert_problem(ruth.post(f"/contracts/{made['id']}/actions/{verb}", body), 400, field)
    assert ruth.get(f"/contracts/{made['id']}").json() == before


def test_two_contracts_do_not_cover_the_same_on_one_day(stage: Cast) -> None:
    ruth = caller(stage.ruth)
    acted(ruth, drafted(stage), "sign", TOLD)
    other = drafted(stage, starts_on="2027-06-30", ends_on=None)
    path = f"/contracts/{other['id']}/actions/sign"
    assert_problem(ruth.post(path, TOLD), 400, "starts_on")


def test_only_who_may_writes_contracts(stage: Cast, olga: Viewer) -> None:
    made = drafted(stage)
    path = f"/contracts/{made['id']}/actions"
    for person in (stage.elena, stage.dana, stage.priya, olga):
        assert_problem(caller(person).post("/contracts", new(stage)), 403)
        assert_problem(caller(person).post(f"{path}/cancel", {}), 403)
    assert_problem(caller(stage.ruth, "contracts:read").post(f"{path}/cancel", {}), 403)
    assert_problem(caller(stage.nils).post("/contracts", new(stage)), 400, "customer")
    assert_problem(caller(stage.nils).post(f"{path}/cancel", {}), 404)
    amendment = {"effective_on": "2026-08-01", "base_version": 1}
    assert_problem(caller(stage.nils).post(f"/contracts/{made['id']}/amendments", amendment), 404)
    assert caller(stage.ruth).get(f"/contracts/{made['id']}").json()["state"] == "draft"
