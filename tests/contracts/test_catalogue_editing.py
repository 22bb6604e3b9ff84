"""Tiers and clauses are the provider's to change; what was signed stays as it was signed."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from contracts.actions import (
    ClauseOffer,
    ClauseWords,
    ContractWish,
    Draft,
    TierWords,
    add_tier_clause,
    copy_tier,
    create_clause,
    create_contract,
    edit_clause,
    edit_tier,
    edit_tier_clause,
    hide_tier,
    offer_tier,
    remove_tier_clause,
    seed_catalogue,
    sign_contract,
)
from contracts.catalogue_edit import clause_stamp, offer_stamp, tier_stamp
from contracts.drafts import Targets
from contracts.models import Calendar, Clause, Contract, Terms, Tier, TierClause
from contracts.sla import Metric, Priority, Promise, Target, Unit
from tests.cast import Cast
from tests.contracts.agreements import TOLD
from tests.stage import acting, browser_of

HOSPITAL: Targets = {
    (Priority.EMERGENCY, Metric.RESPOND): Target(timedelta(hours=4), Unit.ELAPSED),
    (Priority.MINOR, Metric.RESPOND): Target(timedelta(hours=24), Unit.BUSINESS),
}


@pytest.fixture
def seeded(cast: Cast) -> Cast:
    """Give a cast with a catalogue."""
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
    return cast


def tier2() -> Tier:
    return Tier.objects.get(code="TIER2")


def in_tier(tier: Tier, code: str) -> TierClause:
    return TierClause.objects.select_related("tier", "clause").get(tier=tier, clause__code=code)


def words_of(clause: Clause, **changes: str) -> ClauseWords:
    said = {name: getattr(clause, name) for name in ("code", "title", "wording", "meaning")}
    return ClauseWords(**said | changes)


def hospital_tier(actor: Viewer, targets: Targets = HOSPITAL) -> Tier:
    promise = Promise(label="Tier 2 for hospitals", tier="Tier 2 for hospitals", targets=targets)
    words = TierWords("Tier 2 for hospitals", "Round the clock.", promise)
    return copy_tier(tier=tier2(), words=words, actor=actor)


def drafted(cast: Cast, tier: Tier) -> Contract:
    draft = Draft(
        tier.code,
        Calendar.objects.get(is_default=True).pk,
        Promise.from_dict(tier.promise).targets,
    )
    wish = ContractWish(date(2026, 4, 1), None, draft)
    return create_contract(customer=cast.sutter, wish=wish, actor=cast.ruth)


def signed_terms(cast: Cast, tier: Tier) -> Terms:
    contract = sign_contract(
        contract=drafted(cast, tier), name="Sam Ortiz", evidence=TOLD, actor=cast.ruth
    )
    return Terms.objects.get(contract=contract)


def wording_of(terms: Terms, code: str) -> str:
    return next(str(clause["wording"]) for clause in terms.clauses if clause["code"] == code)


def form(**values: Any) -> dict[str, Any]:
    return {"submission": str(uuid.uuid4()), "step": "save"} | values


def test_the_seeded_wording_of_tier_2_says_the_times_and_hours_that_the_clock_counts(
    seeded: Cast,
) -> None:
    with acting(seeded.ruth):
        terms = signed_terms(seeded, tier2())
    assert wording_of(terms, "RESPONSE") == (
        "We respond to emergency calls (phone system down, no dial tone) within 8 business hours,"
        " and to minor problems (one station, static on a line) within 24 business hours."
    )
    assert wording_of(terms, "HOURS") == (
        "Normal business hours are Monday to Friday, 08:00 to 17:00 Pacific time."
    )


def test_a_copied_tier_has_the_same_clauses_and_promises_its_own_times(seeded: Cast) -> None:
    with acting(seeded.ruth):
        made = hospital_tier(seeded.ruth)
        clauses = made.tier_clauses.order_by("clause__position")
        assert list(clauses.values_list("clause__code", flat=True)) == [
            "WIFI", "MONITOR", "HEALTH", "PROGRAM", "BACKUP", "RESTORE", "ACCOUNT", "WARRANTY",
            "SWAP", "TROUBLE", "INSPECT", "RESPONSE", "HOURS",
        ]  # fmt: skip
        assert made.code == "TIER-2-FOR-HOSPI"
        assert AuditEntry.objects.latest("number").action == "tier.copied"
        terms = signed_terms(seeded, made)
    assert "(phone system down, no dial tone) within 4 hours, and" in wording_of(terms, "RESPONSE")


def test_own_words_of_a_tier_are_signed_and_other_tiers_keep_theirs(seeded: Cast) -> None:
    with acting(seeded.ruth):
        made = hospital_tier(seeded.ruth)
        row = in_tier(made, "INSPECT")
        edit_tier_clause(
            row=row,
            offer=ClauseOffer(wording="We inspect your systems twice a year."),
            base=offer_stamp(row),
            actor=seeded.ruth,
        )
        terms = signed_terms(seeded, made)
        assert in_tier(tier2(), "INSPECT").words.startswith("Once a year")
    assert wording_of(terms, "INSPECT") == "We inspect your systems twice a year."


def test_no_change_of_the_catalogue_touches_signed_terms(seeded: Cast) -> None:
    with acting(seeded.ruth):
        tier = tier2()
        terms = signed_terms(seeded, tier)
        before = (terms.promise, terms.clauses, terms.tier_name)
        clause = Clause.objects.get(code="WIFI")
        edit_clause(
            clause=clause,
            words=words_of(clause, title="Wi-Fi", wording="We help with Wi-Fi."),
            base=clause_stamp(clause),
            actor=seeded.ruth,
        )
        remove_tier_clause(row=in_tier(tier, "INSPECT"), actor=seeded.ruth)
        row = in_tier(tier, "WARRANTY")
        offer = ClauseOffer(is_optional=True, monthly_price=Decimal("45.00"))
        edit_tier_clause(row=row, offer=offer, base=offer_stamp(row), actor=seeded.ruth)
        promise = Promise(label="Gold", tier="Gold", targets=HOSPITAL)
        words = TierWords("Gold", "", promise)
        edit_tier(tier=tier, words=words, base=tier_stamp(tier), actor=seeded.ruth)
        hide_tier(tier=tier, actor=seeded.ruth)
        after = Terms.objects.get(pk=terms.pk)
    assert (after.promise, after.clauses, after.tier_name) == before


def test_a_draft_takes_over_what_the_catalogue_says_when_it_is_signed(seeded: Cast) -> None:
    with acting(seeded.ruth):
        contract = drafted(seeded, tier2())
        clause = Clause.objects.get(code="WIFI")
        words = words_of(clause, wording="We help with Wi-Fi.")
        edit_clause(clause=clause, words=words, base=clause_stamp(clause), actor=seeded.ruth)
        sign_contract(contract=contract, name="Sam Ortiz", evidence=TOLD, actor=seeded.ruth)
        assert wording_of(Terms.objects.get(contract=contract), "WIFI") == "We help with Wi-Fi."


def test_a_clause_of_ones_own_is_offered_at_extra_cost(seeded: Cast) -> None:
    with acting(seeded.ruth):
        words = ClauseWords("ONSITE", "Visit within a day", "We come within a day.", "Somebody.")
        clause = create_clause(words=words, actor=seeded.ruth)
        offer = ClauseOffer(is_optional=True, monthly_price=Decimal("120.50"))
        add_tier_clause(tier=tier2(), clause=clause, offer=offer, actor=seeded.ruth)
        assert clause.position == 17
        with pytest.raises(BadInput, match="has the clause ONSITE already") as refusal:
            add_tier_clause(tier=tier2(), clause=clause, offer=offer, actor=seeded.ruth)
        assert refusal.value.field == "clause"


def test_the_code_of_a_clause_is_fixed_once_a_tier_has_it(seeded: Cast) -> None:
    with acting(seeded.ruth):
        words = ClauseWords("ONSITE", "Visit", "We come.")
        clause = create_clause(words=words, actor=seeded.ruth)
        words = words_of(clause, code="VISIT")
        clause = edit_clause(
            clause=clause, words=words, base=clause_stamp(clause), actor=seeded.ruth
        )
        assert clause.code == "VISIT"
        add_tier_clause(tier=tier2(), clause=clause, offer=ClauseOffer(), actor=seeded.ruth)
        words = words_of(clause, code="ONSITE")
        with pytest.raises(BadInput, match="VISIT is in use, so its code stays") as refusal:
            edit_clause(clause=clause, words=words, base=clause_stamp(clause), actor=seeded.ruth)
        assert refusal.value.field == "code"


def test_the_code_stays_fixed_by_signed_contracts_when_no_tier_has_it_any_more(
    seeded: Cast,
) -> None:
    with acting(seeded.ruth):
        signed_terms(seeded, tier2())
        clause = Clause.objects.get(code="INSPECT")
        remove_tier_clause(row=in_tier(tier2(), "INSPECT"), actor=seeded.ruth)
        words = words_of(clause, code="LOOK")
        with pytest.raises(BadInput, match="INSPECT is in use"):
            edit_clause(clause=clause, words=words, base=clause_stamp(clause), actor=seeded.ruth)


def test_a_hidden_tier_is_not_sold_until_it_is_offered_again(seeded: Cast) -> None:
    with acting(seeded.ruth):
        tier = hide_tier(tier=tier2(), actor=seeded.ruth)
        with pytest.raises(BadInput, match="hidden from new contracts") as refusal:
            drafted(seeded, tier)
        assert refusal.value.field == "tier"
        with pytest.raises(RuleBroken, match="is hidden from new contracts already"):
            hide_tier(tier=tier, actor=seeded.ruth)
        offer_tier(tier=tier, actor=seeded.ruth)
        with pytest.raises(RuleBroken, match="is offered for new contracts already"):
            offer_tier(tier=tier, actor=seeded.ruth)
        assert drafted(seeded, tier).pk
    choice = browser_of(seeded.ruth).get("/contracts/new/").content.decode()
    assert "Tier 2 · Extended warranty" in choice


def test_response_cannot_leave_a_tier_that_promises_times(seeded: Cast) -> None:
    with acting(seeded.ruth):
        row = in_tier(tier2(), "RESPONSE")
        with pytest.raises(RuleBroken, match="only the clause RESPONSE can"):
            remove_tier_clause(row=row, actor=seeded.ruth)
        assert in_tier(tier2(), "RESPONSE").pk == row.pk
        tier1 = Tier.objects.get(code="TIER1")
        promise = Promise(label="Tier 1", tier="Tier 1", targets=HOSPITAL)
        with pytest.raises(BadInput, match="only the clause RESPONSE can") as refusal:
            edit_tier(
                tier=tier1,
                words=TierWords(tier1.name, "", promise),
                base=tier_stamp(tier1),
                actor=seeded.ruth,
            )
        assert refusal.value.field == "targets"


def test_who_began_from_an_older_clause_is_told_so(seeded: Cast) -> None:
    with acting(seeded.ruth):
        clause = Clause.objects.get(code="WIFI")
        base = clause_stamp(clause)
        words = words_of(clause, title="Wi-Fi")
        edit_clause(clause=clause, words=words, base=base, actor=seeded.ruth)
        with pytest.raises(RuleBroken, match="WIFI has changed since you opened it"):
            edit_clause(clause=clause, words=words, base=base, actor=seeded.ruth)


@pytest.mark.parametrize(
    ("words", "field", "message"),
    [
        (ClauseWords("wifi", "T", "W"), "code", "A code has 2 to 20 capital letters"),
        (ClauseWords("WIFI", "T", "W"), "code", "There is a clause WIFI already."),
        (ClauseWords("ONSITE", " ", "W"), "title", "The title is missing."),
        (ClauseWords("ONSITE", "T", " "), "wording", "The wording is missing."),
        (ClauseWords("ONSITE", "T", "In {days}."), "wording", "“{days}” is not a blank"),
        (ClauseWords("ONSITE", "T", "W", "In {days}."), "meaning", "“{days}” is not a blank"),
    ],
)
def test_a_clause_that_cannot_be_is_refused_at_its_field(
    seeded: Cast, words: ClauseWords, field: str, message: str
) -> None:
    with acting(seeded.ruth):
        entries = AuditEntry.objects.count()
        with pytest.raises(BadInput) as refusal:
            create_clause(words=words, actor=seeded.ruth)
        assert (Clause.objects.count(), AuditEntry.objects.count()) == (16, entries)
    assert refusal.value.field == field
    assert refusal.value.message.startswith(message)


@pytest.mark.parametrize("who", ["dana", "priya", "amit", "elena"])
def test_only_an_administrator_changes_the_catalogue(seeded: Cast, who: str) -> None:
    viewer: Viewer = getattr(seeded, who)
    with acting(viewer):
        tier, clause = tier2(), Clause.objects.get(code="WIFI")
        row = in_tier(tier, "WIFI")
        words = TierWords("Mine", "", Promise.from_dict(tier.promise))
        offer = ClauseOffer()
        for act in (
            lambda: copy_tier(tier=tier, words=words, actor=viewer),
            lambda: edit_tier(tier=tier, words=words, base="", actor=viewer),
            lambda: hide_tier(tier=tier, actor=viewer),
            lambda: offer_tier(tier=tier, actor=viewer),
            lambda: create_clause(words=words_of(clause), actor=viewer),
            lambda: edit_clause(clause=clause, words=words_of(clause), base="", actor=viewer),
            lambda: add_tier_clause(tier=tier, clause=clause, offer=offer, actor=viewer),
            lambda: edit_tier_clause(row=row, offer=offer, base="", actor=viewer),
            lambda: remove_tier_clause(row=row, actor=viewer),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_a_wording_is_previewed_and_says_how_many_contracts_keep_it(seeded: Cast) -> None:
    with acting(seeded.ruth):
        signed_terms(seeded, tier2())
        drafted(seeded, tier2())
        clause = Clause.objects.get(code="WIFI")
    browser = browser_of(seeded.ruth)
    url = f"/clauses/{clause.pk}/"
    shown = browser.get(url).context["form"].initial
    values = form(**{**shown, "wording": "We help with Wi-Fi."})
    preview = browser.post(url, values | {"step": "preview"})
    text = preview.content.decode()
    assert preview.status_code == 200
    assert "1 contract was signed with this wording; it keeps it." in text
    assert "1 draft takes over what you change here." in text
    assert "We help with Wi-Fi." in text
    with acting(seeded.ruth):
        assert Clause.objects.get(code="WIFI").wording == clause.wording
    again = browser.post(url, values | {"step": "edit"}).content.decode()
    assert "We help with Wi-Fi." in again
    assert [browser.post(url, values).status_code for _ in range(2)] == [303, 303]
    with acting(seeded.ruth):
        assert Clause.objects.get(code="WIFI").wording == "We help with Wi-Fi."
        assert AuditEntry.objects.filter(action="clause.changed").count() == 1


def test_a_tier_is_copied_changed_and_hidden_in_the_browser(seeded: Cast) -> None:
    browser = browser_of(seeded.ruth)
    with acting(seeded.ruth):
        tier = tier2()
    targets = {
        "emergency_respond_hours": "4",
        "emergency_respond_unit": "elapsed_to_opening",
        "emergency_resolve_unit": "business_hours",
        "minor_respond_hours": "24",
        "minor_respond_unit": "business_hours",
        "minor_resolve_unit": "business_hours",
    }
    page = browser.get(f"/tiers/{tier.pk}/copy/")
    assert page.context["form"]["emergency_respond_hours"].value() == "8"
    made = browser.post(
        f"/tiers/{tier.pk}/copy/", form(name="Tier 2 for hospitals", summary="", **targets)
    )
    assert made.status_code == 303
    place = made["Location"]
    text = browser.get(place).content.decode()
    assert "4 hours, moved to the next opening" in text
    values = browser.get(f"{place}edit/").context["form"].initial
    change = form(**{**targets, **values, "emergency_respond_hours": "2"})
    preview = browser.post(f"{place}edit/", change | {"step": "preview"}).content.decode()
    assert "within 4 hours, moved to the next opening" in preview
    assert "within 2 hours, moved to the next opening" in preview
    assert "No contract was signed with this tier yet." in preview
    assert browser.post(f"{place}edit/", change).status_code == 303
    assert browser.get(f"{place}hide/").status_code == 200
    assert browser.post(f"{place}hide/").status_code == 303
    assert "Hidden from new contracts" in browser.get(place).content.decode()
    assert browser.post(f"{place}offer/").status_code == 303
    with acting(seeded.ruth):
        promise = Promise.from_dict(Tier.objects.get(name="Tier 2 for hospitals").promise)
    assert promise.targets[Priority.EMERGENCY, Metric.RESPOND] == Target(
        timedelta(hours=2), Unit.ELAPSED_TO_OPENING
    )


def test_a_clause_is_put_into_a_tier_priced_and_taken_out_in_the_browser(seeded: Cast) -> None:
    browser = browser_of(seeded.ruth)
    with acting(seeded.ruth):
        tier, clause = tier2(), Clause.objects.get(code="VOICEMAIL")
    place = f"/tiers/{tier.pk}/"
    free = form(clause=clause.pk, offered="included", monthly_price="10")
    refused = browser.post(f"{place}clauses/new/", free)
    assert refused.status_code == 422
    assert "What is included has no price of its own" in refused.content.decode()
    added = form(clause=clause.pk, offered="extra", monthly_price="45.00")
    assert browser.post(f"{place}clauses/new/", added).status_code == 303
    assert "45.00 a month" in browser.get(place).content.decode()
    with acting(seeded.ruth):
        row = in_tier(tier, "VOICEMAIL")
    url = f"{place}clauses/{row.pk}/"
    initial = browser.get(url).context["form"].initial
    assert browser.post(url, form(**initial, step="preview")).status_code == 422
    dearer = form(**{**initial, "monthly_price": "55"})
    preview = browser.post(url, dearer | {"step": "preview"}).content.decode()
    assert "45.00 a month" in preview
    assert "55.00 a month" in preview
    assert browser.post(url, dearer).status_code == 303
    assert browser.get(f"{url}remove/").status_code == 200
    assert browser.post(f"{url}remove/").status_code == 303
    assert browser.post(f"{url}remove/").status_code == 404
    with acting(seeded.ruth):
        assert not TierClause.objects.filter(tier=tier, clause=clause).exists()


@pytest.mark.parametrize("price", ["-1", "1e3", "4.555", "٤", "99999999", "1,000"])
def test_a_price_that_cannot_be_is_refused(seeded: Cast, price: str) -> None:
    with acting(seeded.ruth):
        tier, clause = tier2(), Clause.objects.get(code="VOICEMAIL")
    values = form(clause=clause.pk, offered="extra", monthly_price=price)
    answer = browser_of(seeded.ruth).post(f"/tiers/{tier.pk}/clauses/new/", values)
    assert answer.status_code == 422
    assert 'id="id_monthly_price_error"' in answer.content.decode()


def test_a_rivals_catalogue_is_404_and_a_clause_of_another_tier_too(seeded: Cast) -> None:
    with acting(seeded.ruth):
        tier, other = tier2(), Tier.objects.get(code="TIER1")
        row, clause = in_tier(tier, "WIFI"), Clause.objects.get(code="WIFI")
    paths = [
        f"/tiers/{tier.pk}/edit/",
        f"/tiers/{tier.pk}/clauses/{row.pk}/",
        f"/clauses/{clause.pk}/",
    ]
    browser = browser_of(seeded.nils)
    assert [browser.get(path).status_code for path in paths] == [404, 404, 404]
    assert browser.post(f"/tiers/{tier.pk}/hide/").status_code == 404
    own = browser_of(seeded.ruth)
    assert own.get(f"/tiers/{other.pk}/clauses/{row.pk}/").status_code == 404


def test_the_page_of_a_tier_costs_the_same_few_queries_however_long_it_is(seeded: Cast) -> None:
    with acting(seeded.ruth):
        tier = tier2()
    browser = browser_of(seeded.ruth)
    browser.get(f"/tiers/{tier.pk}/")
    counts = []
    for number in range(2):
        with acting(seeded.ruth):
            words = ClauseWords(f"MORE{number}", "More", "More.")
            clause = create_clause(words=words, actor=seeded.ruth)
            add_tier_clause(tier=tier, clause=clause, offer=ClauseOffer(), actor=seeded.ruth)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/tiers/{tier.pk}/").status_code == 200
        counts.append(len([row for row in queries if "SAVEPOINT" not in row["sql"]]))
    assert counts[0] == counts[1]
    assert counts[0] <= 12
