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
    """A clause: the code that everything refers to, a title, and the words that are signed.

    `meaning` says to a customer what it is that works. Blanks are those of `contracts.wordings`.
    """

    code: str
    title: str
    wording: str
    meaning: str


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
        "Call or write, and a technician helps you from afar. You see when a session starts"
        " and ends, and nobody connects without your yes.",
    ),
    ClauseText(
        "WIFI",
        "Remote desktop Wi-Fi support",
        "A technician helps with the Wi-Fi at your desks in a remote session, with your consent.",
        "When the Wi-Fi at a desk misbehaves, a technician looks at it from afar. Nobody"
        " connects without your yes.",
    ),
    ClauseText(
        "MONITOR",
        "Monitored equipment support",
        "We watch the listed equipment. When a failure is confirmed we open a ticket ourselves.",
        "We often know before you do. A failure opens one ticket by itself, and you can read"
        " there what is done about it.",
    ),
    ClauseText(
        "HEALTH",
        "Monthly system health check",
        "Once in every calendar month we check each covered system and send you the result.",
        "Each month you get one readable page for each site: what is well, what needs"
        " attention, and what has changed.",
    ),
    ClauseText(
        "PROGRAM",
        "Remote programming changes during normal business hours",
        "We change extensions, groups, hours and greetings remotely, in normal business hours.",
        "Ask for a new extension, another greeting or other hours, and it is changed while"
        " you work on. What was there before is kept, so that it can be put back.",
    ),
    ClauseText(
        "BACKUP",
        "Remote system database backup with any service rendered",
        "Whenever we work on a system we keep a fresh backup of its database.",
        "After every visit or change there is a fresh copy of your system’s settings. You can"
        " see how old the newest one is.",
    ),
    ClauseText(
        "RESTORE",
        "Database restoration and system programming",
        "After a failure we restore the database and program the system as needed to bring it back"
        " to the level at which it worked before.",
        "When a system loses its settings, we put the copy back and check that it works as it"
        " did before.",
    ),
    ClauseText(
        "ACCOUNT",
        "Account administration",
        "We keep your sites, contracts and people in order and write down every change.",
        "You always see who has access, what is covered and what was changed. Your own"
        " administrator invites and removes colleagues.",
    ),
    ClauseText(
        "FIRMWARE",
        "Firmware updates if needed",
        "We update the firmware of your equipment where that is needed.",
        "When a maker mends a fault that concerns you, we bring your equipment up to date,"
        " with a copy of the settings first.",
    ),
    ClauseText(
        "VOICEMAIL",
        "SMTP voicemail-to-email service",
        "Voicemail messages are delivered to your mailboxes by our mail service.",
        "A voicemail arrives as an e-mail with the recording, also when you are away from the"
        " desk.",
    ),
    ClauseText(
        "WARRANTY",
        "Products under extended warranty",
        "The installed products on your list are under extended warranty.",
        "When a product on your list fails within its dates, its repair or replacement is"
        " part of this contract.",
    ),
    ClauseText(
        "SWAP",
        "No additional labour cost for removing and re-installing failed equipment",
        "During the extended warranty period we take out failed equipment and put in its"
        " replacement without charging labour.",
        "You pay nothing for the work of changing a failed product on your list.",
    ),
    ClauseText(
        "TROUBLE",
        "No additional labour cost for troubleshooting faulty systems",
        "We look for the cause of a fault without charging labour.",
        "You pay nothing for the time that it takes to find out what is wrong.",
    ),
    ClauseText(
        "INSPECT",
        "Annual system inspections at no additional cost",
        "Once a year we inspect your systems, at no additional cost.",
        "Once a year somebody comes and looks at everything, before it fails.",
    ),
    ClauseText(
        RESPONSE,
        "Priority response",
        "We respond to emergency calls (phone system down, no dial tone) within"
        " {emergency_response}, and to minor problems (one station, static on a line) within"
        " {minor_response}.",
        "A person answers you within this time: by reply, by telephone, in a remote session"
        " or at your door. An automatic mail does not count.",
    ),
    ClauseText(
        "HOURS",
        "Normal business hours",
        "Normal business hours are {business_hours}.",
        "Times of this contract are counted in these hours. You can report a problem at any time.",
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
