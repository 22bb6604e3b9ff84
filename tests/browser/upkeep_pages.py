"""Something on every page of upkeep, and the addresses of these pages."""

from __future__ import annotations

from datetime import timedelta

from calcom_portal.common.tenancy import database_now, provider_scope
from contracts.models import Device
from tests.browser.beside import work_through
from tests.browser.journeys import open_now
from tests.browser.stops import Stop
from tests.builders import build_contract, build_device, build_price_list
from tests.cast import Cast
from tests.stage import acting
from tests.upkeep.backups.rows import backup_of, plan_for
from tests.upkeep.changes.world import build_changeable, ready
from tests.upkeep.firmware.world import (
    build_advisory,
    build_asking,
    build_product,
    build_release,
    runs,
)
from tests.upkeep.inspections.helpers import CLAUSES, answer, closing, entry, sent
from tests.upkeep.restores.world import stored_backup
from tickets.actions import resolve_ticket
from upkeep.actions.ask_for_inspection import ask_for_inspection
from upkeep.actions.begin_inspection import begin_inspection
from upkeep.actions.record_change import FilePair, record_change
from upkeep.models import Backup, FirmwareUpdate, Inspection, Restore, RestoreState
from upkeep.restores.facts import add_fact
from upkeep.restores.pbx.answers import Started
from upkeep.restores.preflight import Found, Weight
from upkeep.restores.steps import Outcome, Step

FINDINGS = (
    Found("firmware", "The version is the same as then: 22.10.1."),
    Found("space", "The system does not tell how much room it has.", Weight.ASKS),
)

STARTED = Started("22.10.1", extensions=38, trunks=1, contexts=12, mailboxes=30, entries=210)


def furnish_upkeep(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    """Have something of everything; return the pages to look at, by who looks."""
    build_price_list(cast.calcom)
    build_contract(cast.bayview, device=cast.phone_system, clauses=CLAUSES)
    build_changeable(cast.phone_system)
    ours = (Stop("our-backups", "/our-backups/"), Stop("our-inspections", "/inspections/"))
    parts = (_backups(cast), _restores(cast), _changes(cast), _firmware(cast), _inspections(cast))
    return {
        "staff": tuple(stop for part in parts for stop in part["staff"]),
        "customer": (*ours, *(stop for part in parts for stop in part.get("customer", ()))),
    }


def _backups(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    recorder = build_device(cast.market_street, "Voice recorder")
    plan = plan_for(recorder)
    with provider_scope(provider_id=cast.calcom.pk):
        now = database_now()
    backup_of(plan, now - timedelta(days=12), held_at=now, hold_reason="Before the move.")
    backup_of(plan, now - timedelta(hours=3), state="failed", level=0, problem="No space left")
    running = backup_of(plan, state="running", level=0, stored_at=None, step="Reading config")
    sender = build_device(cast.market_street, "Phone system of the annexe")
    drop = plan_for(sender, driver="drop", every_hours=None, drop_name="drop-k3m9x2pq")
    waiting = open_now(cast, cast.elena, subject="Recordings stop", device_id=recorder.pk)
    ended = open_now(cast, cast.elena, subject="Annexe is silent", device_id=sender.pk)
    with acting(cast.dana):
        reasons = {f"backup-{sender.pk}": "It has no power until the part is here."}
        resolve_ticket(ticket=ended, text="A part is ordered.", waivers=reasons, actor=cast.dana)
    of_recorder = f"/devices/{recorder.pk}/backups/"
    return {
        "staff": (
            Stop("backups", "/backups/"),
            Stop("backups-attention", "/backups/?show=attention"),
            Stop("device-backups", of_recorder),
            Stop("device", f"/devices/{recorder.pk}/"),
            Stop("backup-running", f"/backups/{running.pk}/"),
            Stop("backup-failed", f"/backups/{running.pk - 1}/"),
            Stop("plan", f"{of_recorder}plan/"),
            Stop("plan-new", f"{of_recorder}plan/?driver=drop"),
            Stop("resolve", f"/tickets/{waiting.reference}/resolve/"),
            Stop("waived", f"/tickets/{ended.reference}/"),
            Stop("account", f"/backups/accounts/{drop.pk}/"),
            Stop("account-close", f"/backups/accounts/{drop.pk}/close/"),
            Stop("upload", f"/backups/upload/{sender.pk}/"),
        ),
        "customer": (Stop("waived", f"/tickets/{ended.reference}/"),),
    }


def _restores(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    backup = work_through(lambda: stored_backup(cast.phone_system))
    asked = _restore(backup, RestoreState.PREPARED)
    running = _restore(backup, RestoreState.RUNNING)
    stuck = _restore(backup, RestoreState.STUCK, problem="The service did not start.")
    rehearsed = _ended(backup, kind="rehearsal", started=STARTED.to_dict())
    lost = _ended(backup, saved_nothing=True)
    with acting(cast.dana):
        for step in (Step.CHECK, Step.SAFETY, Step.STAGE):
            add_fact(running, step, Outcome.DONE, "The system can take the backup.")
            add_fact(stuck, step, Outcome.DONE)
        add_fact(running, Step.STOP, Outcome.BEGAN)
        add_fact(stuck, Step.SWAP, Outcome.FAILED, "The service did not start.")
    return {
        "staff": (
            Stop("restores", "/restores/"),
            Stop("restores-none", "/restores/?show=rehearsal"),
            Stop("backup", f"/backups/{backup.pk}/"),
            Stop("backup-hold", f"/backups/{backup.pk}/hold/"),
            Stop("backup-let-go", f"/backups/{backup.pk}/let-go/"),
            Stop("restore-new", f"/backups/{backup.pk}/restore/"),
            Stop("restore-asked", f"/restores/{asked.pk}/"),
            Stop("restore-running", f"/restores/{running.pk}/"),
            Stop("restore-stuck", f"/restores/{stuck.pk}/"),
            Stop("restore-rehearsed", f"/restores/{rehearsed.pk}/"),
            Stop("restore-saved-nothing", f"/restores/{lost.pk}/"),
        ),
    }


def _ended(backup: Backup, **fields: object) -> Restore:
    with provider_scope(provider_id=backup.provider_id) as scope:
        return _restore(backup, RestoreState.RESTORED, ended_at=scope.now, **fields)


def _restore(backup: Backup, state: RestoreState, **fields: object) -> Restore:
    with provider_scope(provider_id=backup.provider_id) as scope:
        made: Restore = Restore.objects.create(
            provider_id=backup.provider_id,
            customer_id=backup.customer_id,
            device_id=backup.device_id,
            backup=backup,
            state=state,
            reason="The disk was replaced.",
            findings=[found.to_dict() for found in FINDINGS],
            asked_at=scope.now,
            checked_at=scope.now,
            ends_by=scope.now + timedelta(hours=1),
            **{"kind": "system", **fields},
        )
        return made


def _changes(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    device = cast.phone_system
    ticket = open_now(cast, cast.elena, kind="programming", subject="A new colleague")
    change = ready(ticket, cast.dana)
    with acting(cast.dana):
        pair = FilePair("door.cfg", b"ring=101\npassword=long-and-secret\n", b"ring=102\n")
        done = record_change(
            ticket=ticket,
            device_id=device.pk,
            words="The door phone rings 102",
            files=[pair],
            actor=cast.dana,
        )
    new = f"/changes/new/{ticket.reference}/"
    return {
        "staff": (
            Stop("change-choose", new),
            Stop("change-ask", f"{new}{device.pk}/add_extension/"),
            Stop("change-file", f"{new}{device.pk}/edit_file/"),
            Stop("change-ready", f"/changes/{change.pk}/"),
            Stop("change-by-hand", f"/changes/by-hand/{ticket.reference}/"),
            Stop("change-done", f"/changes/{done.pk}/"),
            Stop("change-ticket", f"/tickets/{ticket.reference}/"),
        ),
        "customer": (Stop("change-ticket", f"/tickets/{ticket.reference}/"),),
    }


def _firmware(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    silent = build_device(cast.market_street, "Spare phone system")
    product = build_product(cast, cast.phone_system, silent)
    release = build_release(cast, product, notes="Mends calls that could be listened to.")
    advisory = build_advisory(cast, product)
    runs(cast, cast.phone_system, "22.10.1")
    update = build_asking(cast, release)
    of_update = f"/firmware/updates/{update.pk}/"
    stuck = _stuck_update(update)
    of_campaign = f"/firmware/campaigns/{update.campaign_id}/"
    of_model = f"/firmware/models/{product.pk}/"
    return {
        "staff": (
            Stop("firmware", "/firmware/"),
            Stop("firmware-none", "/firmware/?q=nothing-at-all"),
            Stop("firmware-model", of_model),
            Stop("release-new", f"{of_model}release/"),
            Stop("advisory-new", f"{of_model}advisory/"),
            Stop("release-edit", f"/firmware/releases/{release.pk}/"),
            Stop("advisory-withdraw", f"/firmware/advisories/{advisory.pk}/withdraw/"),
            Stop("version-record", f"/firmware/devices/{silent.pk}/version/"),
            Stop("campaigns", "/firmware/campaigns/"),
            Stop("campaign-new", f"/firmware/releases/{release.pk}/campaign/"),
            Stop("campaign", of_campaign),
            Stop("campaign-pause", f"{of_campaign}pause/"),
            Stop("campaign-cancel", f"{of_campaign}cancel/"),
            Stop("update", of_update),
            Stop("update-telephone", f"{of_update}telephone/"),
            Stop("update-stuck", f"/firmware/updates/{stuck.pk}/"),
            Stop("update-left-out", f"{of_update}leave-out/"),
            Stop("update-device", f"/devices/{cast.phone_system.pk}/"),
        ),
        "customer": (
            Stop("our-firmware", "/our-firmware/"),
            Stop("update-device", f"/devices/{cast.phone_system.pk}/"),
        ),
    }


def _stuck_update(update: FirmwareUpdate) -> FirmwareUpdate:
    """Have another system of the same campaign, whose update nobody knows the end of."""
    device = build_device(update.device.site, "Phone system of the lab")
    with provider_scope(provider_id=update.provider_id):
        update_id = update.pk
        update.pk, update.device, update.state = None, device, "stuck"
        update.problem = "The machine does not answer after its restart."
        update.save(force_insert=True)
        stuck: FirmwareUpdate = FirmwareUpdate.objects.get(pk=update.pk)
        update.pk = update_id
    return stuck


def _inspections(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    planned = _asked_for(cast, build_device(cast.market_street, "Old phone system"))
    begun = _begun(cast, _asked_for(cast, build_device(cast.market_street, "New phone system")))
    done = _done(cast, _begun(cast, _asked_for(cast, cast.phone_system)))
    of_planned = f"/inspections/{planned.pk}/"
    return {
        "staff": (
            Stop("inspections", "/inspections/"),
            Stop("inspections-none", "/inspections/?show=overdue"),
            Stop("inspection-planned", of_planned),
            Stop("inspection-date", f"{of_planned}date/"),
            Stop("inspection-cancel", f"{of_planned}cancel/"),
            Stop("inspection-begun", f"/inspections/{begun.pk}/"),
            Stop("inspection-on-site", f"/inspections/{begun.pk}/on-site/"),
            Stop("inspection-done", f"/inspections/{done.pk}/"),
            Stop("checklist", "/inspections/checklist/"),
            Stop("checklist-line-new", "/inspections/checklist/new/"),
            Stop("checklist-line", "/inspections/checklist/", (r"/edit/$",)),
        ),
        "customer": (
            Stop("inspection-planned", of_planned),
            Stop("inspection-done", f"/inspections/{done.pk}/"),
        ),
    }


def _asked_for(cast: Cast, device: Device) -> Inspection:
    with acting(cast.priya):
        return ask_for_inspection(device=device, actor=cast.priya)


def _begun(cast: Cast, inspection: Inspection) -> Inspection:
    with acting(cast.dana):
        return begin_inspection(inspection=inspection, actor=cast.dana)


def _done(cast: Cast, inspection: Inspection) -> Inspection:
    with acting(cast.dana):
        bad = {"condition": "bad", "yes_no": "no"}
        lines = [
            answer(
                item, **({"result": bad[item.asked], "note": "Loose."} if item.asked in bad else {})
            )
            for item in inspection.items.order_by("position")
        ]
        extra = entry("extra", name="Fax machine", serial="FX-1")
        taken = sent(inspection, cast.dana, [*lines, extra, closing()])
        assert {one.outcome.value for one in taken} == {"taken"}
    return inspection
