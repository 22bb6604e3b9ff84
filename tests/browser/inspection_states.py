"""Inspections and backups in further states, and the addresses of their pages."""

from __future__ import annotations

from datetime import timedelta

from tests.browser.contract_pages import Answer
from tests.browser.state_world import World
from tests.browser.stops import Stop
from tests.builders import build_device
from tests.stage import acting
from tests.upkeep.backups.rows import backup_of, plan_for
from tests.upkeep.inspections.helpers import answers, closing, sent
from upkeep.actions.agree_inspection import Visit, agree_inspection
from upkeep.actions.ask_for_inspection import ask_for_inspection
from upkeep.actions.begin_inspection import begin_inspection
from upkeep.actions.cancel_inspection import cancel_inspection


def inspection_states(world: World) -> tuple[tuple[Stop, ...], tuple[Stop, ...]]:
    """Return the pages of the customer, and those of the staff."""
    cast = world.cast
    names = ("agreed", "called-off", "half", "signed")
    devices = {name: build_device(cast.market_street, f"Phones, {name}") for name in names}
    starts_at = world.now + timedelta(days=3, hours=18)
    with acting(cast.priya):
        rows = {
            name: ask_for_inspection(device=one, actor=cast.priya) for name, one in devices.items()
        }
        visit = Visit(starts_at, starts_at + timedelta(hours=3), (cast.dana.membership_id or 0,))
        agree_inspection(inspection=rows["agreed"], visit=visit, actor=cast.priya)
        cancel_inspection(
            inspection=rows["called-off"], reason="The office is closed.", actor=cast.priya
        )
    with acting(cast.dana):
        for name in ("half", "signed"):
            rows[name] = begin_inspection(inspection=rows[name], actor=cast.dana)
        sent(rows["half"], cast.dana, answers(rows["half"], leave=12))
        sent(rows["signed"], cast.dana, [*answers(rows["signed"]), closing()])
    pages = {name: f"/inspections/{one.pk}/" for name, one in rows.items()}
    staff = (
        *(Stop(f"inspection-{name}", path) for name, path in pages.items()),
        Stop("inspection-move", f"{pages['agreed']}date/"),
        Stop("on-site-half", f"{pages['half']}on-site/"),
        Stop("on-site-signed", f"{pages['signed']}on-site/"),
    )
    ours = ("agreed", "called-off", "signed")
    return tuple(Stop(f"our-inspection-{name}", pages[name]) for name in ours), staff


def backup_states(world: World) -> tuple[Stop, ...]:
    """Return the pages of backups that came to something else than being stored."""
    cast, now = world.cast, world.now
    bare = build_device(cast.market_street, "Phones without a backup")
    sender = build_device(cast.market_street, "Phone system of the depot")
    drop = plan_for(sender, driver="drop", every_hours=None)
    plan = plan_for(build_device(cast.market_street, "Voice recorder"))
    nothing = {"stored_at": None, "opened_at": None, "plain_bytes": 0, "stored_bytes": 0}
    backups = {
        "waiting": backup_of(plan, now, state="waiting", level=0, begun_at=None, **nothing),
        "failed": backup_of(
            plan, now, state="failed", level=0, problem="No space left.", **nothing
        ),
        "damaged": backup_of(plan, now - timedelta(days=2), damaged_at=now),
        "held": backup_of(
            plan, now - timedelta(days=9), held_at=now, hold_reason="Before the move."
        ),
        "noticed": backup_of(
            plan, now - timedelta(days=1), warnings=["It is half as large as the one before."]
        ),
        "gone": backup_of(
            plan,
            now - timedelta(days=90),
            state="gone",
            gone_at=now - timedelta(days=3),
            gone_why="A newer one stands for its month.",
        ),
    }
    own = f"/devices/{bare.pk}/backups/"
    return (
        *(Stop(f"backup-{name}", f"/backups/{one.pk}/") for name, one in backups.items()),
        Stop("backups-none", own),
        Stop("backup-plan-choose", f"{own}plan/"),
        *(
            Stop(f"backup-plan-{driver}", f"{own}plan/?driver={driver}")
            for driver in ("ssh", "asterisk", "drop", "manual")
        ),
        Stop("account-new", f"/backups/accounts/{drop.pk}/"),
        Answer("account-secret", f"/backups/accounts/{drop.pk}/", button="Open account"),
    )
