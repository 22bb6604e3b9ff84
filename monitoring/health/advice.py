"""What to do about a number that is not good, as one table. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from monitoring.health.status import Status

DISK = "Remove old recordings and logs, or plan a larger disk."
MAKER = "Plan the replacement: after the maker's last day there are no more security updates."
CERTIFICATE = "Renew the certificate before it ends; after that, phones and browsers refuse it."
BATTERY = "Replace the battery."
NETWORK = "Look at the network between us and the site, then at the load of the system."

# By measure: what to do when it is to be watched, and when something must be done.
ADVICE: Mapping[str, tuple[str, str]] = {
    "availability": (
        "Look at the incidents of this time for one cause.",
        "Find the cause of the outages; plan its repair with the customer.",
    ),
    "phones.share": (
        "Find the phones that are not registered, and take those off that are gone.",
        "Many phones are not registered: look at the network and at the power of the switches.",
    ),
    "trunks.down": ("", "A line is down now: call the carrier, and check the login of the line."),
    "trunks.away": ("Ask the carrier why the line was away.", ""),
    "sip.p95": (NETWORK, NETWORK),
    "sip.loss": (NETWORK, NETWORK),
    "calls.failed": (
        "Look at the failed calls for one number or one line.",
        "Calls fail often: look at the lines with the carrier.",
    ),
    "calls.mos": (
        "Check that voice goes first on the internet line.",
        "Callers hear badly: measure the internet line, and give voice its own share.",
    ),
    "disk.used": (DISK, f"The disk is nearly full; a full disk stops the system. {DISK}"),
    "disk.inodes": (DISK, DISK),
    "disk.days_to_full": (DISK, f"The disk is full soon. {DISK}"),
    "memory.used": (
        "Watch the memory; restart services that grow.",
        "The memory is used up: find what takes it, or add some.",
    ),
    "load": ("Look at what keeps the system busy.", "The system is overloaded: take load off it."),
    "uptime": ("Plan a restart, so that updates of the system's core take effect.", ""),
    "restarts": (
        "Find out whether the restart was planned.",
        "The system restarts by itself: look at its power and its logs.",
    ),
    "backup.late": (
        "Make a backup, and look why the last one is old.",
        "There is no fresh backup: make one today.",
    ),
    "backup.drill": (
        "Rehearse a restore of the newest backup.",
        "Nobody knows whether its backups can be restored: rehearse it this week.",
    ),
    "backup.size": (
        "Look why the backup is smaller than it was.",
        "The backup holds far less than it did: look today what is missing.",
    ),
    "certificate.left": (CERTIFICATE, f"{CERTIFICATE} It is urgent."),
    "certificate.weak": ("Replace the certificate by one with a stronger key.", ""),
    "firmware.faults": ("", "Update it, or close it off until there is a version without them."),
    "firmware.behind": ("Plan the update to the approved version.", ""),
    "updates": ("Install the updates that wait.", ""),
    "support.left": (MAKER, f"The maker gives no more updates. {MAKER}"),
    "voicemail.used": (
        "Ask for old messages to be deleted.",
        "A mailbox is full and takes no messages: delete old ones.",
    ),
    "ups.on_battery": ("", "The site runs on battery: look at its mains now."),
    "ups.low": ("", "The battery is nearly empty: look at the mains now."),
    "ups.worn": (BATTERY, ""),
    "ups.runtime": (BATTERY, f"The battery lasts minutes only. {BATTERY}"),
    "ups.load": ("Take a load off the battery backup.", "The battery backup is overloaded."),
    "ups.age": ("Plan a new battery.", BATTERY),
    "logs.growth": ("Look at the errors that are new this month.", ""),
    "licences.left": ("Order the licences.", "The licences end: order them today."),
    "licences.used": ("Order further licences in time.", "Order licences: nobody can be added."),
    "clock.offset": (
        "Check the time server of the system.",
        "The clock is wrong, which breaks logins and call records: set its time server.",
    ),
    "wifi.down": ("", "The access point is down: look at its power and its cable."),
    "wifi.flaps": ("Look at the cable and the power of the access point.", ""),
    "wifi.retries": ("Choose a channel that is less crowded.", "Measure the Wi-Fi on site."),
    "ports.errors": (
        "Replace the cable of the port that has errors.",
        "A port loses packets, which callers hear: replace its cable, check its speed.",
    ),
    "ports.down": ("Look where the ports lead that lost their link.", ""),
    "ports.power": (
        "Plan the power before more phones are added.",
        "The switch has no power left for phones: move some to another.",
    ),
    "security.scans": ("Close the system to the open internet, or limit who may ask it.", ""),
    "security.passwords": ("", "Change the passwords that the maker set."),
    "emergency.test": (
        "Agree on a day to test the emergency call.",
        "The emergency call was not tested for long: test it this month.",
    ),
}


def advice_for(measure: str, status: Status) -> str:
    """Return what to do; empty when all is well."""
    for_warning, for_critical = ADVICE.get(measure, ("", ""))
    return {Status.WARN: for_warning, Status.CRIT: for_critical}.get(status, "")
