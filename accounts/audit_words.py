"""What the acts of the audit trail mean, in plain words. Pure.

The trail itself keeps the codes: they are hashed, and other programs read them.
"""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "Signing in": {
        "signed.in": "Signed in",
        "invitation.accepted": "Accepted an invitation",
        "profile.changed": "Changed their profile",
        "notices.chosen": "Chose which mails to get",
    },
    "People": {
        "person.added": "Added somebody",
        "person.invited": "Invited somebody",
        "invitation.resent": "Sent an invitation again",
        "invitation.withdrawn": "Withdrew an invitation",
        "person.role_changed": "Changed somebody's role",
        "person.limited": "Changed what somebody sees and approves",
        "person.deactivated": "Closed somebody's access",
        "person.reactivated": "Let somebody in again",
        "person.handed_over": "Handed over somebody's open tickets",
        "look.started": "Began to see what a customer's person sees",
        "look.ended": "Stopped seeing what a customer's person sees",
    },
    "Customers": {
        "customer.created": "Took on a customer",
        "customer.changed": "Changed a customer's data",
        "customer.leaving": "Set the day on which a customer leaves",
        "customer.staying": "Called off that a customer leaves",
        "customer.left": "Closed a customer's account",
        "customer.erased": "Erased the names of a customer's people",
        "takeout.made": "Took out all data of a customer",
        "takeout.fetched": "Downloaded a take-out",
    },
    "Tickets": {
        "ticket.opened": "Opened a ticket",
        "ticket.replied": "Answered a ticket",
        "ticket.reported_on": "Wrote by itself what was seen",
        "ticket.noted": "Wrote an internal note",
        "ticket.called": "Logged a call",
        "ticket.claimed": "Took a ticket",
        "ticket.assigned": "Gave a ticket to somebody",
        "ticket.held": "Put a ticket on hold",
        "ticket.resumed": "Took a ticket off hold",
        "ticket.hold_ended": "A hold ended by itself",
        "ticket.priority_changed": "Changed a priority",
        "ticket.scheduled": "Agreed on a time",
        "ticket.approved": "Approved a change",
        "ticket.resolved": "Resolved a ticket",
        "ticket.closed": "Closed a ticket",
        "ticket.reopened": "Opened a ticket again",
        "ticket.merged": "Merged a ticket into another",
        "ticket.unmerged": "Took a ticket out of a merge",
        "ticket.watched": "Added somebody to a ticket's copies",
        "ticket.unwatched": "Took somebody off a ticket's copies",
        "ticket.contact_changed": "Named another contact",
        "ticket.device_changed": "Corrected which device a ticket is about",
        "alert.acknowledged": "Acknowledged an alert",
    },
    "Labour and statements": {
        "labour.logged": "Logged labour",
        "labour.corrected": "Corrected a labour entry",
        "labour.struck": "Struck a labour entry",
        "labour.overridden": "Overrode who pays for labour",
        "labour.queried": "Asked about a labour line",
        "labour.answered": "Answered a question about labour",
        "statement.issued": "Issued a statement",
        "labour.timer_started": "Started a timer",
        "labour.timer_discarded": "Threw a timer away",
    },
    "Contracts and places": {
        "contract.drafted": "Drafted a contract",
        "contract.edited": "Changed a draft",
        "contract.signed": "Signed a contract",
        "contract.cancelled": "Cancelled a draft",
        "contract.sent": "Sent an agreement to be signed",
        "contract.declined": "Declined to sign an agreement",
        "contract.withdrawn": "Took an agreement back before it was signed",
        "contract.amended": "Amended a contract",
        "contract.renewed": "A contract was renewed",
        "contract.notice": "Gave notice",
        "contract.notice_withdrawn": "Took a notice back",
        "contract.cut_short": "Ended a contract early",
        "contract.horizons_set": "Chose when to remind of the end of contracts",
        "expiry.days_set": "Chose when to warn of the end of warranties",
        "import.sent": "Sent a list of products",
        "import.applied": "Took over a list of products",
        "site.created": "Added a site",
        "site.edited": "Corrected a site",
        "device.created": "Wrote down a device",
        "device.edited": "Corrected a device",
        "device.retired": "Took a device out of service",
        "device.swapped": "Swapped a device",
        "model.created": "Added a model",
        "model.edited": "Corrected a model",
        "warranty.added": "Put a device under warranty",
        "warranty.changed": "Changed a warranty",
        "warranty.removed": "Took a warranty off the list",
    },
    "What is sold": {
        "calendar.created": "Made a calendar",
        "calendar.published": "Changed service hours",
        "catalogue.seeded": "Got the catalogue of clauses",
        "clause.created": "Added a clause",
        "clause.changed": "Changed a clause",
        "tier.copied": "Copied a tier",
        "tier.changed": "Changed a tier",
        "tier.hidden": "Stopped offering a tier",
        "tier.offered": "Offered a tier again",
        "tier.clause_added": "Added a clause to a tier",
        "tier.clause_changed": "Changed a clause of a tier",
        "tier.clause_removed": "Took a clause out of a tier",
        "rates.published": "Published a price list",
    },
    "The portal": {
        "provider.created": "Founded the company",
        "company.changed": "Changed the company's data",
        "provider.taken_out": "Took out all data of the company",
        "provider.suspended": "Suspended the company",
        "provider.resumed": "Resumed the company",
        "provider.plan_changed": "Changed the company's plan",
        "provider.deletion_scheduled": "Set the day on which the company is deleted",
        "provider.deletion_cancelled": "Called off that the company is deleted",
        "first_hour.skipped": "Skipped a step of the first hour",
        "key.created": "Made an API key",
        "key.revoked": "Revoked an API key",
        "job.started": "Started long work",
        "job.stopped": "Stopped long work",
        "notice.retried": "Sent a mail again",
        "alarm.cleared": "Cleared an alarm",
        "audit.exported": "Exported the audit trail",
    },
}

_WORDS = {code: words for group in WORDS.values() for code, words in group.items()}


def act_in_words(code: str) -> str:
    """Return what an act means; for one that nobody described, its code made readable."""
    return _WORDS.get(code) or code.replace(".", " ").replace("_", " ").capitalize()


def is_described(code: str) -> bool:
    """Has somebody put this act into words?"""
    return code in _WORDS
