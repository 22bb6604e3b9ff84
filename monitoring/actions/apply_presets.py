"""Set a device up in one go, with the checks that suit its kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from contracts.models import Device
from monitoring.actions._check_rules import CheckFacts
from monitoring.actions._ways import Way
from monitoring.actions.create_check import create_check
from monitoring.actions.create_connection import create_connection
from monitoring.models import Check, Connection
from monitoring.ways import LANGUAGES, PING, PRESETS, Preset


def presets_for(device: Device) -> Sequence[Preset]:
    """Return the checks that suit a device, the usual ones first."""
    return PRESETS.get(device.kind, PRESETS["other"])


def presets_left(device: Device, names: Collection[str]) -> list[Preset]:
    """Return those that a device with checks of these names does not have yet."""
    return [preset for preset in presets_for(device) if preset.name not in names]


def apply_presets(*, device: Device, codes: Sequence[str], way: Way, actor: Viewer) -> list[Check]:
    """Create the chosen checks, and the connections that they lack, towards `way`'s host.

    A check whose name is there already is left as it is. The ping becomes the parent of the others,
    whichever of them was there first; a check that waits for another one already keeps it.
    Raises NotAllowed, RuleBroken, and BadInput with the field: then nothing is created.
    """
    actor.require(Capability.MANAGE_MONITORING)
    chosen = [preset for preset in presets_for(device) if preset.code in codes]
    if not chosen:
        raise BadInput("Choose at least one check.", field="checks")
    taken = set(Check.objects.filter(device=device).values_list("name", flat=True))
    ways = {row.driver: row for row in Connection.objects.filter(device=device).order_by("-pk")}
    ping = Check.objects.filter(device=device, kind=PING.kind).order_by("pk").first()
    made: list[Check] = []
    for preset in chosen:
        if preset.name in taken:
            continue
        if preset.driver not in ways:
            ways[preset.driver] = _connect(device, preset, way, actor)
        parent = None if preset.kind == PING.kind else ping
        facts = _facts(preset, ways[preset.driver], parent)
        check, _ = create_check(device=device, facts=facts, actor=actor)
        made.append(check)
        if preset.kind == PING.kind and ping is None:
            ping = check
            _put_behind(ping, actor)
    return made


def _put_behind(ping: Check, actor: Viewer) -> None:
    """Have the usual checks that were there before the ping wait for it."""
    names = [preset.name for preset in presets_for(ping.device)]
    rows = Check.objects.filter(device=ping.device_id, name__in=names, parent=None)
    for check in rows.exclude(pk=ping.pk).select_for_update().order_by("pk"):
        check.parent = ping
        check.save(update_fields=["parent"])
        record(actor, "check.changed", check, id=check.pk, changed=["parent"])


def _connect(device: Device, preset: Preset, way: Way, actor: Viewer) -> Connection:
    language = LANGUAGES[preset.driver]
    if language.needs_credential:
        raise BadInput(
            f"“{preset.name}” needs a connection with a credential.",
            field="checks",
            remedy=f"Add a connection for {language.title} first.",
        )
    plain = Way(preset.driver, way.host, transport=way.transport, agent=way.agent)
    return create_connection(device=device, way=plain, actor=actor)


def _facts(preset: Preset, connection: Connection, parent: Check | None) -> CheckFacts:
    return CheckFacts(
        name=preset.name,
        kind=preset.kind,
        connection=connection,
        settings=preset.settings,
        every=timedelta(seconds=preset.every_seconds),
        timeout=timedelta(seconds=20 if LANGUAGES[preset.driver].needs_credential else 5),
        is_important=preset.is_important,
        parent=parent,
    )
