"""Something on the pages where monitoring is set up, ended and signed, and their addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta

from accounts.sealing import present_key_id
from calcom_portal.common.tenancy import database_now, provider_scope
from contracts.models import Device
from monitoring.actions.sign_health_report import sign_health_report
from monitoring.models import (
    Check,
    Connection,
    Credential,
    HealthCheck,
    HealthState,
    Maintenance,
)
from tests.browser.contract_pages import Answer
from tests.browser.journeys import open_now
from tests.browser.stops import Stop
from tests.builders import build_device, build_site
from tests.cast import Cast
from tests.health.helpers import build_check, build_report
from tests.monitoring.builders import build_shown_key
from tests.monitoring.setup_world import build_setup
from tests.monitoring.watched import break_down, tell_change, watch
from tests.stage import acting

SHOWN_KEY = "SHA256:Ab3dEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg"


@dataclass(frozen=True, slots=True)
class Furnished:
    """The rows that the addresses name."""

    cast: Cast
    ids: dict[str, int]


def furnish_monitoring(cast: Cast) -> tuple[Stop, ...]:
    """Have something of everything; return the pages to look at."""
    world = Furnished(cast, build_setup(cast))
    parts = (_setting_up(world), _ways(world), _works(world), _outages(world), _health(world))
    return tuple(stop for part in parts for stop in part)


def _setting_up(world: Furnished) -> tuple[Stop, ...]:
    cast, ids = world.cast, world.ids
    reporting = build_check(cast.phone_system, "Reports on time", kind="heartbeat")
    paused = watch(build_device(cast.market_street, "Door phone"), "Door phone answers")
    with provider_scope(provider_id=cast.calcom.pk):
        Check.objects.filter(pk=paused.pk).update(paused_at=database_now())
    of_credential = f"/credentials/{ids['credential']}/"
    of_device = f"/devices/{cast.phone_system.pk}/watch/"
    through = f"&connection={ids['connection']}"
    site = cast.market_street.pk
    return (
        Stop("credential-remove", f"{of_credential}remove/"),
        Stop("credential-reveal", f"{of_credential}reveal/"),
        Answer(
            "credential-shown",
            f"{of_credential}reveal/",
            name_of_field="reason",
            value="A switch was swapped.",
            button="Reveal secret",
        ),
        *(
            Stop(f"credential-new-{kind}", f"/credentials/new/?kind={kind}")
            for kind in ("password", "ssh_key", "snmp_community", "snmp_user")
        ),
        *(
            Stop(f"connection-new-{driver}", f"{of_device}connection/?driver={driver}")
            for driver in ("network", "ssh", "asterisk", "snmp", "nut", "sip", "web")
        ),
        Stop("check-new-heartbeat", f"{of_device}check/?kind=heartbeat"),
        Stop("check-new-sip", f"{of_device}check/?kind=sip-udp{through}"),
        Stop("check-reporting", f"/checks/{reporting.pk}/"),
        Answer("check-address", f"/checks/{reporting.pk}/", button="Make a new address"),
        Stop("check-paused", f"/checks/{paused.pk}/"),
        Stop("check-remove", f"/checks/{paused.pk}/remove/"),
        Stop("network-forbid", f"/networks/{ids['network']}/close/"),
        Answer(
            "agent-code",
            f"/agents/new/?site={site}",
            name_of_field="name",
            value="Box at the reception",
            button="Prepare agent",
        ),
        Stop("agents", "/agents/"),
        Stop("agent-revoke", f"/agents/{ids['agent']}/revoke/"),
    )


def _ways(world: Furnished) -> tuple[Stop, ...]:
    cast, ids = world.cast, world.ids
    question = f"/questions/{ids['question']}/"
    looked = _connection(cast, build_device(cast.market_street, "Call server"))
    kept = _connection(cast, build_device(cast.market_street, "Old call server"))
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        Connection.objects.filter(pk=kept.pk).update(
            host_key=SHOWN_KEY, host_key_confirmed_at=scope.now
        )
        build_shown_key(looked, SHOWN_KEY)
    return (
        Stop("question-waits", question),
        Stop("connection-looked", f"/connections/{looked.pk}/"),
        Stop("connection-kept", f"/connections/{kept.pk}/"),
        Stop("connection-remove", f"/connections/{looked.pk}/remove/"),
    )


def _connection(cast: Cast, device: Device) -> Connection:
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        credential = Credential.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            name=f"Login of {device.name}",
            kind="password",
            key_id=present_key_id(),
            created_at=scope.now,
            changed_at=scope.now,
        )
        made: Connection = Connection.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            device=device,
            driver="ssh",
            host="pbx.bayview.example",
            port=22,
            credential=credential,
        )
        return made


def _works(world: Furnished) -> tuple[Stop, ...]:
    cast, ids = world.cast, world.ids
    with acting(cast.priya) as scope:
        usual = {
            "provider": cast.calcom,
            "customer": cast.bayview,
            "zone": "America/Los_Angeles",
            "minutes": 120,
            "made_at": scope.now,
        }
        weekly = Maintenance.objects.create(
            **usual,
            title="Weekly restart",
            site=cast.market_street,
            starts_on=scope.now.date(),
            starts_at=time(2),
            recurrence="weekly",
            weekdays=[7],
        )
        cancelled = Maintenance.objects.create(
            **usual,
            title="Moving the cabinet",
            starts_on=scope.now.date() + timedelta(days=3),
            starts_at=time(7),
            cancelled_at=scope.now,
        )
    of_work = f"/maintenance/{ids['work']}/"
    return (
        Stop("works", "/maintenance/"),
        Stop("works-all", "/maintenance/?show=all"),
        Stop("work-new", f"/maintenance/new/?customer={cast.bayview.pk}"),
        Stop("work-new-device", f"/maintenance/new/?device={cast.phone_system.pk}"),
        Stop("work", of_work),
        Stop("work-weekly", f"/maintenance/{weekly.pk}/"),
        Stop("work-cancelled", f"/maintenance/{cancelled.pk}/"),
        Stop("work-cancel", f"{of_work}cancel/"),
    )


def _outages(world: Furnished) -> tuple[Stop, ...]:
    cast = world.cast
    switch = watch(build_device(cast.market_street, "Switch"), "Switch answers", "down")
    behind = watch(build_device(cast.market_street, "Reception phone"), state="unreachable")
    shaky = watch(build_device(cast.market_street, "Access point"), "Answers pings", "down")
    over = watch(build_device(cast.market_street, "Gateway"), "Gateway answers")
    with acting(cast.dana):
        now = database_now()
    ticket = open_now(cast, cast.elena, subject="Switch does not answer")
    root = break_down(switch, ticket=ticket)
    child = break_down(behind, parent=root)
    flapping = break_down(shaky, kind="flapping", cause="It came and went 6 times in an hour")
    recovered = break_down(over, ago=timedelta(hours=5), recovered_at=now - timedelta(minutes=4))
    closed = break_down(
        over,
        ago=timedelta(days=2),
        recovered_at=now - timedelta(days=2, hours=-1),
        closed_at=now - timedelta(days=2, hours=-2),
        closed_by_id=cast.dana.membership_id,
        closing_note="The plug was pulled by the cleaners.",
    )
    tell_change(switch, now - timedelta(minutes=61), "up", "down")
    rows = {
        "ticket": root,
        "behind": child,
        "flapping": flapping,
        "recovered": recovered,
        "closed": closed,
    }
    return (
        Stop("outages", "/incidents/"),
        *(Stop(f"outage-{name}", f"/incidents/{one.pk}/") for name, one in rows.items()),
        Stop("outage-close", f"/incidents/{flapping.pk}/close/"),
    )


def _health(world: Furnished) -> tuple[Stop, ...]:
    cast = world.cast
    finding = build_report(cast.phone_system)
    harbor = build_device(build_site(cast.bayview, "Harbor"), "Phones at the harbour")
    running = build_report(harbor).health_check
    pier = build_device(build_site(cast.bayview, "Pier 7"), "Phones at the pier")
    signed = build_report(pier).health_check.report
    with provider_scope(provider_id=cast.calcom.pk):
        HealthCheck.objects.filter(pk=running.pk).update(state=HealthState.COLLECTING.value)
        asked = finding.health_check.items.filter(code__in=("licences", "security", "emergency"))
        lines = [finding, *asked.order_by("pk")]
    with acting(cast.dana):
        sign_health_report(report=signed, comment="All well but the disk.", actor=cast.dana)
    return (
        Stop("health-report", f"/health-checks/{finding.health_check.report_id}/"),
        Stop("health-running", f"/health-checks/{running.report_id}/"),
        Stop("health-signed", f"/health-checks/{signed.pk}/"),
        *(Stop(f"health-line-{one.code}", f"/health-checks/lines/{one.pk}/") for one in lines),
    )
