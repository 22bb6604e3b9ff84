"""Something on every page of contracts, goods and labour, and the addresses of these pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from playwright.sync_api import Page

from calcom_portal.common.tenancy import provider_scope
from contracts.actions import (
    ContractWish,
    Draft,
    Side,
    create_contract,
    give_notice,
    seed_catalogue,
    seed_rate_card,
    send_amendment,
    send_for_signature,
)
from contracts.coverage import Work
from contracts.models import Calendar, Clause, Contract, Device, ProductModel, Tier, TierClause
from tests.browser.conftest import Stage
from tests.browser.journeys import open_now
from tests.browser.signing_pages import furnish_signing
from tests.browser.stops import Stop
from tests.builders import build_device, build_site, build_warranty
from tests.cast import Cast
from tests.contracts.life import (
    BY_HAND,
    EIGHT_HOURS,
    FIRST,
    FOUR_HOURS,
    LAST,
    YEARLY,
    amendment_of,
    newest_terms,
    signed,
)
from tests.goods.files import HEADINGS, text
from tests.goods.test_import import checked, desk, imported
from tests.stage import acting
from tests.tickets.labour import logged, sign, work
from tickets.actions import ask_about_labour, issue_statement
from tickets.models import LabourEntry, Ticket

MAY, TODAY = date(2026, 5, 1), date(2026, 6, 12)
IN_MAY, IN_JUNE = "2026-05-20T18:00:00-07:00", "2026-06-12T16:00:00-07:00"
NEXT_YEAR = date(2027, 1, 1)


@dataclass(frozen=True, slots=True)
class Answer(Stop):
    """What a form answers: a preview, which has no address of its own."""

    name_of_field: str = ""
    value: str = ""
    button: str = "Preview"

    def reach(self, page: Page) -> None:
        """Fill the field, send the form, and be on the page that answers."""
        Stop.reach(self, page)
        if self.name_of_field:
            page.locator(f"[name={self.name_of_field}]").fill(self.value)
        with page.expect_navigation() as answered:
            page.get_by_role("button", name=self.button, exact=True).click()
        assert answered.value.status == 200, f"{self.name} answers {answered.value.status}"


def furnish_contracts(stage: Stage, cast: Cast) -> dict[str, tuple[Stop, ...]]:
    """Have something of everything; return the pages to look at, by who looks."""
    stage.time.set(IN_MAY)
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
        seed_rate_card(actor=cast.ruth)
    sign(cast, "TIER2")
    stated = _worked(cast, "2026-05-20", Work.TROUBLESHOOTING)
    stage.time.set(IN_JUNE)
    parts = [_contracts(cast), _signing(cast), _catalogue(cast), _goods(cast)]
    parts += [furnish_signing(cast), _labour(cast, stated)]
    return {who: tuple(stop for part in parts for stop in part.get(who, ())) for who in parts[-1]}


def _contracts(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    running = signed(cast, renewal=YEARLY)
    noticed = signed(cast, renewal=BY_HAND, site_ids=(build_site(cast.sutter, "Depot").pk,))
    coming = _coming(cast, build_site(cast.sutter, "Yard").pk)
    with acting(cast.ruth):
        give_notice(
            contract=noticed,
            side=Side.CUSTOMER,
            given_on=TODAY,
            reason="The depot is sold.",
            actor=cast.ruth,
        )
        draft = _drafted(cast)
        tier = Tier.objects.get(code="TIER2").pk
    new = f"/contracts/new/?customer={cast.sutter.pk}&tier={tier}"
    of_running, of_draft = f"/contracts/{running.pk}/", f"/contracts/{draft.pk}/"
    change = "See what would change"
    return {
        "staff": (
            Stop("contract-new", new),
            Stop("contract-draft", of_draft),
            Stop("contract-edit", f"{of_draft}edit/"),
            Stop("contract-sign", f"{of_draft}sign/"),
            Stop("contract-send", f"{of_draft}send/"),
            Stop("contract-cancel", f"{of_draft}cancel/"),
            Stop("contract", of_running),
            Stop("contract-amend", f"{of_running}amend/"),
            Answer("amendment", f"{of_running}amend/", (), "emergency_respond_hours", "4", change),
            Stop("contract-renew", f"{of_running}renew/"),
            Answer("notice", f"{of_running}notice/", (), "reason", "They move.", change),
            Stop("contract-end", f"{of_running}end/"),
            Stop("contract-noticed", f"/contracts/{noticed.pk}/"),
            Stop("notice-withdraw", f"/contracts/{noticed.pk}/notice/withdraw/"),
            Stop("contract-call-off", f"/contracts/{coming.pk}/call-off/"),
        ),
    }


def _coming(cast: Cast, site_id: int) -> Contract:
    return signed(
        cast, starts_on=NEXT_YEAR, ends_on=LAST + timedelta(days=365), site_ids=(site_id,)
    )


def _drafted(cast: Cast) -> Contract:
    """Draft a contract of Bayview for a later year. Needs Ruth's scope."""
    calendar = Calendar.objects.get(is_default=True).pk
    wish = ContractWish(date(2030, 1, 1), None, Draft("TIER2", calendar, EIGHT_HOURS))
    return create_contract(customer=cast.bayview, wish=wish, actor=cast.ruth)


def _signing(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    contract = signed(
        replace(cast, sutter=cast.bayview), site_ids=(build_site(cast.bayview, "Pier 7").pk,)
    )
    with acting(cast.ruth):
        contract = Contract.objects.get(pk=contract.pk)
        amendment = send_amendment(
            contract=contract,
            amendment=amendment_of(contract, date(2026, 7, 1), targets=FOUR_HOURS),
            base_number=newest_terms(contract).number,
            note="As agreed on the telephone.",
            actor=cast.ruth,
        )
        offer = send_for_signature(contract=_drafted(cast), actor=cast.ruth)
    return {
        "staff": (
            Stop("amendment-waits", f"/contracts/{contract.pk}/"),
            Stop("offer-waits", f"/contracts/{offer.contract_id}/"),
            Stop("offer-paper", f"/contracts/{offer.contract_id}/sign/"),
            Stop("amendment-withdraw", f"/contracts/{contract.pk}/withdraw/"),
        ),
        "customer": (
            Stop("our-contract", "/our-contract/"),
            Stop("our-signing", f"/our-contract/sign/{offer.pk}/"),
            Stop("our-amendment", f"/our-contract/sign/{amendment.pk}/"),
            Stop("our-decline", f"/our-contract/sign/{amendment.pk}/decline/"),
        ),
    }


def _catalogue(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    with acting(cast.ruth):
        tier = Tier.objects.get(code="TIER2")
        row = TierClause.objects.filter(tier=tier).earliest("pk")
        clause = Clause.objects.earliest("pk")
        calendar = Calendar.objects.get(is_default=True)
    of_tier, of_clause = f"/tiers/{tier.pk}/", f"/clauses/{clause.pk}/"
    return {
        "staff": (
            Stop("tier-edit", f"{of_tier}edit/"),
            Answer("tier-preview", f"{of_tier}edit/", (), "summary", "For small offices."),
            Stop("tier-copy", f"{of_tier}copy/"),
            Stop("tier-hide", f"{of_tier}hide/"),
            Stop("tier-clause-new", f"{of_tier}clauses/new/"),
            Stop("tier-clause", f"{of_tier}clauses/{row.pk}/"),
            Stop("tier-clause-remove", f"{of_tier}clauses/{row.pk}/remove/"),
            Stop("clause-new", "/clauses/new/"),
            Stop("clause", of_clause),
            Answer("clause-preview", of_clause, (), "title", "Quick response"),
            Answer("calendar-preview", f"/calendars/{calendar.pk}/edit/", (), "fri", "08:00–12:00"),
        ),
    }


def _goods(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    with provider_scope(provider_id=cast.calcom.pk):
        product = ProductModel.objects.create(
            provider=cast.calcom, vendor="Panasonic", model="KX-NS700", kind="pbx"
        )
    device = cast.phone_system
    item = build_warranty(cast.contract, device, starts_on=FIRST, ends_on=LAST)
    build_warranty(cast.contract, build_device(cast.market_street, "Voice recorder"))
    done = imported(cast, text(HEADINGS, desk(cast)))
    ready = checked(cast, text(HEADINGS, desk(cast, Serial_number="SN-2", Device="Hall phone")))
    refused = checked(cast, text(HEADINGS, desk(cast, Site="Nowhere")))
    with acting(cast.ruth):
        found = Device.objects.get(serial="SN-1")
    of_warranty = f"/warranties/{item.pk}/"
    return {
        "staff": (
            Stop("import-new", f"/imports/new/?customer={cast.bayview.pk}"),
            Stop("imports", "/imports/"),
            Stop("import-done", f"/imports/{done.pk}/"),
            Stop("import-ready", f"/imports/{ready.pk}/"),
            Stop("import-refused", f"/imports/{refused.pk}/"),
            Stop("device-imported", f"/devices/{found.pk}/"),
            Stop("device-edit", f"/devices/{device.pk}/edit/"),
            Stop("device-history", f"/devices/{device.pk}/history/"),
            Stop("site-edit", f"/sites/{cast.market_street.pk}/edit/"),
            Stop("model-edit", f"/models/{product.pk}/edit/"),
            Stop("warranties", "/warranties/"),
            Stop("warranty-edit", f"{of_warranty}edit/"),
            Stop("warranty-remove", f"{of_warranty}remove/"),
        ),
        "customer": (
            Stop("our-device", f"/devices/{device.pk}/"),
            Stop("our-device-history", f"/devices/{device.pk}/history/"),
        ),
    }


def _labour(cast: Cast, stated: Ticket) -> dict[str, tuple[Stop, ...]]:
    with acting(cast.ruth):
        statement = issue_statement(customer=cast.bayview, month=MAY, actor=cast.ruth)
    ticket = _worked(cast, "2026-06-12", Work.TRAINING, Work.PROGRAMMING)
    with acting(cast.elena):
        asked, plain = LabourEntry.objects.filter(ticket=ticket).order_by("pk")
        ask_about_labour(entry=asked, text="Was this training?", actor=cast.elena)
    of_plain, of_asked = (
        f"/tickets/{ticket.reference}/labour/{entry.pk}/" for entry in (plain, asked)
    )
    pages = (
        Stop("labour", f"/tickets/{ticket.reference}/labour/"),
        Stop("labour-stated", f"/tickets/{stated.reference}/labour/"),
        Stop("statement", f"/statements/{statement.number}/"),
        Stop("statements", "/statements/"),
    )
    return {
        "staff": (
            *pages,
            Stop("labour-correct", f"{of_plain}correct/"),
            Stop("labour-strike", f"{of_plain}strike/"),
            Stop("labour-override", f"{of_plain}override/"),
            Stop("labour-answer", f"{of_asked}answer/"),
        ),
        "customer": (*pages, Stop("labour-question", f"{of_plain}question/")),
    }


def _worked(cast: Cast, day: str, *kinds: Work) -> Ticket:
    """Return a ticket on which Dana has worked an hour of each kind."""
    ticket = open_now(cast, cast.elena, subject=f"Work of {day}")
    for hour, kind in enumerate(kinds, start=9):
        facts = work(f"{hour:02}:00", f"{hour + 1:02}:00", kind, day=day)
        logged(ticket, facts, cast.dana)
    return ticket
