"""Restores, changes and updates in every state, and the addresses of their pages."""

from __future__ import annotations

from datetime import timedelta

from calcom_portal.common.tenancy import provider_scope
from tests.browser.change_states import change_states
from tests.browser.inspection_states import backup_states, inspection_states
from tests.browser.restore_states import restore_states
from tests.browser.state_world import World
from tests.browser.stops import Stop
from tests.browser.update_states import update_states
from tests.builders import build_contract, build_device, build_price_list
from tests.cast import Cast
from tests.upkeep.backups.rows import backup_of, plan_for
from tests.upkeep.changes.world import build_changeable
from tests.upkeep.inspections.helpers import CLAUSES


def furnish_states(cast: Cast) -> dict[str, tuple[Stop, ...]]:
    """Have something in every state; return the pages to look at, by who looks."""
    build_price_list(cast.calcom)
    build_contract(cast.bayview, device=cast.phone_system, clauses=CLAUSES)
    second = build_device(cast.market_street, "Phone system of the annexe")
    plans = build_changeable(cast.phone_system), plan_for(second)
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        now = scope.now
    taken = now - timedelta(hours=9)
    backups = [backup_of(plan, taken, firmware="22.10.1") for plan in plans]
    world = World(cast, now, *backups)
    customers, changes = change_states(world)
    updates, ours = update_states(world)
    visits, inspections = inspection_states(world)
    return {
        "staff": (
            *restore_states(world),
            *changes,
            *updates,
            *inspections,
            *backup_states(world),
        ),
        "customer": (*customers, *ours, *visits, Stop("our-backups", "/our-backups/")),
    }
