"""One of everything that an address may name, for the access matrix."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from accounts.actions.invite_person import invite_person
from accounts.models import ApiKey, Invitation, Job
from calcom_portal.common.tenancy import database_now, provider_scope
from contracts.actions import ContractWish, Draft, create_contract, send_for_signature
from contracts.coverage import Work
from contracts.models import Calendar, Clause, GoodsImport, ProductModel, Tier, TierClause
from notifications.alarms import raise_alarm
from notifications.models import Notice, OperatorAlarm
from tests.accounts.who import seat_id
from tests.api.caller import caller
from tests.builders import TIER_2, build_contract, build_price_list, build_warranty
from tests.cast import Cast
from tests.health.helpers import build_report
from tests.monitoring.setup_world import build_setup
from tests.monitoring.watched import break_down, watch
from tests.stage import acting
from tests.tickets.helpers import request_of
from tests.upkeep.backups.world import build_backups
from tests.upkeep.changes.rows import file_row, ready_row
from tests.upkeep.firmware.world import build_firmware
from tests.upkeep.inspections.world import build_inspection
from tickets.actions import ask_about_labour, log_labour, open_ticket
from tickets.labour import LabourFacts
from tickets.models import Attachment, LabourEntry, Message, Statement, Ticket


def build_objects(cast: Cast) -> dict[str, Any]:
    """Make the objects, all of Bayview or its provider; return arguments of addresses by name."""
    build_contract(cast.bayview, device=cast.phone_system)
    caller(cast.ruth)
    with acting(cast.elena):
        ticket = open_ticket(request=request_of(cast), actor=cast.elena)
    with acting(cast.ruth):
        invite_person(
            email="new@bayview.example",
            name="Nora New",
            role="customer_user",
            customer=cast.bayview,
            actor=cast.ruth,
        )
    entry = _labour(cast, ticket)
    check = watch(cast.phone_system)
    incident = break_down(check)
    line = build_report(cast.phone_system)
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        tier = Tier.objects.create(
            provider=cast.calcom, code="TIER2", name="Tier 2", promise=TIER_2.to_dict()
        )
        clause = Clause.objects.create(
            provider=cast.calcom, code="RESPONSE", title="Priority response", wording="We respond."
        )
        row = TierClause.objects.create(provider=cast.calcom, tier=tier, clause=clause)
        product = ProductModel.objects.create(
            provider=cast.calcom, vendor="Panasonic", model="KX-NS700", kind="pbx"
        )
        raise_alarm(cast.calcom.pk, "clock_undecided", ticket.reference, "A test raised this.")
        attachment = _attachment(ticket.pk, scope.now)
        return {
            "ref": ticket.reference,
            "reference": ticket.reference,
            "pk": attachment.pk,
            "entry_id": entry.pk,
            "number": _statement(cast, scope.now).number,
            "person_id": cast.amit.membership_id,
            "invitation_id": Invitation.objects.get().pk,
            "customer_id": cast.bayview.pk,
            "key_id": ApiKey.objects.get().pk,
            "notice_id": Notice.objects.earliest("pk").pk,
            "alarm_id": OperatorAlarm.objects.get().pk,
            "site": cast.market_street.pk,
            "device": cast.phone_system.pk,
            "check": check.pk,
            "incident": incident.pk,
            "health_report": line.health_check.report_id,
            "health_line": line.pk,
            "contract": cast.contract.pk,
            "calendar": Calendar.objects.get(is_default=True).pk,
            "tier": tier.pk,
            "product_model": product.pk,
            "import": _import(cast).pk,
            "warranty": build_warranty(cast.contract, cast.phone_system).pk,
            "row_id": row.pk,
            "version": 1,
            "request_id": waiting_agreement(cast),
            "clause_id": clause.pk,
            "tenant_id": cast.calcom.pk,
            "job_id": _job(cast, scope.now).pk,
            "code": "letterhead",
            "token": "not-a-token",
            "name": "0000000000000000-000000000000",
            "digest": "0",
            **build_setup(cast),
            **build_firmware(cast, product),
            **build_backups(cast),
            **build_inspection(cast),
            "change": (change := ready_row(ticket)).pk,
            "file_id": file_row(change).pk,
            "moment": "before",
            "kind": "forward",
        }


def _labour(cast: Cast, ticket: Ticket) -> LabourEntry:
    """Log an hour of Dana's, about which Elena asks."""
    build_price_list(cast.calcom)
    with acting(cast.dana) as scope:
        start = scope.now - timedelta(hours=1)
        facts = LabourFacts(Work.TRAINING, start, scope.now)
        entry = log_labour(ticket=ticket, facts=facts, actor=cast.dana)
    with acting(cast.elena):
        ask_about_labour(entry=entry, text="Was this training?", actor=cast.elena)
    return entry


def _job(cast: Cast, now: datetime) -> Job:
    return Job.objects.create(
        provider=cast.calcom,
        membership_id=cast.priya.membership_id or 0,
        by_staff=True,
        kind="probe",
        title="A probe",
        state="queued",
        created_at=now,
        moved_at=now,
    )


def _statement(cast: Cast, now: datetime) -> Statement:
    return Statement.objects.create(
        provider=cast.calcom,
        customer=cast.bayview,
        number="ST-1001",
        month=date(2026, 1, 1),
        customer_name=cast.bayview.name,
        customer_number=cast.bayview.number,
        line_count=0,
        minutes=0,
        issued_at=now,
        issued_by_name="Ruth Lindqvist",
    )


def waiting_agreement(cast: Cast) -> int:
    """Send Bayview a contract to sign."""
    calendar = Calendar.objects.get(is_default=True).pk
    wish = ContractWish(date(2030, 1, 1), None, Draft("TIER2", calendar, {}))
    contract = create_contract(customer=cast.bayview, wish=wish, actor=cast.ruth)
    return send_for_signature(contract=contract, actor=cast.ruth).pk


def _import(cast: Cast) -> GoodsImport:
    made: GoodsImport = GoodsImport.objects.create(
        provider=cast.calcom,
        customer=cast.bayview,
        file_name="list.csv",
        sha256="0" * 64,
        size=4,
        style="ask",
        letters="auto",
        state="applied",
        created_at=database_now(),
        created_by_id=seat_id(cast.ruth),
    )
    return made


def _attachment(ticket_id: int, now: Any) -> Attachment:
    message = Message.objects.filter(ticket_id=ticket_id).earliest("pk")
    return Attachment.objects.create(
        provider_id=message.provider_id,
        customer_id=message.customer_id,
        ticket_id=ticket_id,
        message=message,
        name="photo.txt",
        media_type="text/plain",
        size=4,
        sha256="0" * 64,
        created_at=now + timedelta(seconds=1),
    )
