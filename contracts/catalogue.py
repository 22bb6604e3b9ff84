"""The clauses and the two tiers that every provider begins with.

They mirror the service level agreement clause by clause; Tier 2 is not a superset of Tier 1. Data:
a provider may edit wording, price and targets afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from contracts.sla import Metric, Priority, Promise, Target, Unit

RESPONSE: Final = "RESPONSE"


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause: the code that everything refers to, a title, and the words that are signed."""

    code: str
    title: str
    wording: str


@dataclass(frozen=True, slots=True)
class TierOffer:
    """A bundle of clauses under a name. `optional` clauses are sold at extra cost."""

    code: str
    name: str
    summary: str
    included: tuple[str, ...]
    optional: tuple[str, ...]
    promise: Promise


CLAUSES: Final = (
    ClauseText(
        "REMOTE",
        "Remote support",
        "A technician helps over the telephone or in a remote session, with your consent.",
    ),
    ClauseText(
        "WIFI",
        "Remote desktop Wi-Fi support",
        "A technician helps with the Wi-Fi at your desks in a remote session, with your consent.",
    ),
    ClauseText(
        "MONITOR",
        "Monitored equipment support",
        "We watch the listed equipment. When a failure is confirmed we open a ticket ourselves.",
    ),
    ClauseText(
        "HEALTH",
        "Monthly system health check",
        "Once in every calendar month we check each covered system and send you the result.",
    ),
    ClauseText(
        "PROGRAM",
        "Remote programming changes during normal business hours",
        "We change extensions, groups, hours and greetings remotely, in normal business hours.",
    ),
    ClauseText(
        "BACKUP",
        "Remote system database backup with any service rendered",
        "Whenever we work on a system we keep a fresh backup of its database.",
    ),
    ClauseText(
        "RESTORE",
        "Database restoration and system programming",
        "After a failure we restore the database and program the system as needed to bring it back"
        " to the level at which it worked before.",
    ),
    ClauseText(
        "ACCOUNT",
        "Account administration",
        "We keep your sites, contracts and people in order and write down every change.",
    ),
    ClauseText(
        "FIRMWARE",
        "Firmware updates if needed",
        "We update the firmware of your equipment where that is needed.",
    ),
    ClauseText(
        "VOICEMAIL",
        "SMTP voicemail-to-email service",
        "Voicemail messages are delivered to your mailboxes by our mail service.",
    ),
    ClauseText(
        "WARRANTY",
        "Products under extended warranty",
        "The installed products on your list are under extended warranty.",
    ),
    ClauseText(
        "SWAP",
        "No additional labour cost for removing and re-installing failed equipment",
        "During the extended warranty period we take out failed equipment and put in its"
        " replacement without charging labour.",
    ),
    ClauseText(
        "TROUBLE",
        "No additional labour cost for troubleshooting faulty systems",
        "We look for the cause of a fault without charging labour.",
    ),
    ClauseText(
        "INSPECT",
        "Annual system inspections at no additional cost",
        "Once a year we inspect your systems, at no additional cost.",
    ),
    ClauseText(
        RESPONSE,
        "Priority response",
        "We respond to emergency calls (phone system down, no dial tone) within 8 business hours,"
        " and to minor problems (one station, static on a line) within 24 hours.",
    ),
    ClauseText(
        "HOURS",
        "Normal business hours",
        "Normal business hours are Monday to Friday, 08:00 to 17:00 Pacific time.",
    ),
)

BOTH: Final = ("MONITOR", "HEALTH", "PROGRAM", "BACKUP", "RESTORE", "ACCOUNT", "HOURS")

TIERS: Final = (
    TierOffer(
        code="TIER1",
        name="Tier 1 · Remote only",
        summary="Remote support, monitoring and upkeep. No promised response time.",
        included=("REMOTE", "FIRMWARE", *BOTH),
        optional=("VOICEMAIL",),
        promise=Promise.none("Tier 1 · Remote only has no promised response time."),
    ),
    TierOffer(
        code="TIER2",
        name="Tier 2 · Extended warranty",
        summary="Extended warranty on listed products, labour included, and a promised response.",
        included=("WIFI", "WARRANTY", "SWAP", "TROUBLE", "INSPECT", RESPONSE, *BOTH),
        optional=(),
        # "24 hours" is counted in business hours too: a minor problem is never due before an
        # emergency.
        promise=Promise(
            label="Tier 2",
            tier="Tier 2 · Extended warranty",
            targets={
                (Priority.EMERGENCY, Metric.RESPOND): Target(timedelta(hours=8), Unit.BUSINESS),
                (Priority.MINOR, Metric.RESPOND): Target(timedelta(hours=24), Unit.BUSINESS),
            },
        ),
    ),
)

BUSINESS_HOURS: Final = {
    "tz": "America/Los_Angeles",
    "weekly": {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
}
