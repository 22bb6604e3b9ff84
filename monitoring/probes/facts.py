"""What probes bring home besides the outcome: the names of facts, their meaning and their unit.

A fact that there are several of (file systems, interfaces, trunks, phones) has its part after a
colon: `disk.used_percent:/var`. Numbers are numbers in their unit; 1 and 0 are yes and no.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

Value = str | int | float
Facts = Mapping[str, Value]

LONGEST_TEXT = 120
LONGEST_PART = 64
BETWEEN = ":"


class Fact(StrEnum):
    """Every fact that a probe may bring; the value is its name in rows and in the API."""

    VERSION = "version"
    SYSTEM_NAME = "system.name"
    SYSTEM_DESCRIPTION = "system.description"
    UPTIME = "uptime.seconds"
    CLOCK_OFFSET = "clock.offset_ms"

    SIP_STATUS = "sip.status"
    SIP_SERVER = "sip.server"
    WEB_STATUS = "web.status"
    WEB_SERVER = "web.server"
    SMTP_SERVER = "smtp.server"
    DNS_ANSWERS = "dns.answers"
    SSH_SERVER = "ssh.server"
    HOST_KEY = "ssh.host_key"

    EXIT_CODE = "report.exit_code"
    STARTED_AT = "report.started_at"

    TLS_VERSION = "tls.version"
    TLS_EXPIRES_AT = "tls.expires_at"
    TLS_DAYS_LEFT = "tls.days_left"
    TLS_FINGERPRINT = "tls.fingerprint"
    TLS_KEY = "tls.key"
    TLS_KEY_IS_WEAK = "tls.key_is_weak"

    PING_LOSS = "ping.loss_percent"
    PING_AVERAGE = "ping.average_ms"
    PING_WORST = "ping.worst_ms"

    DISK_USED = "disk.used_percent"
    DISK_FREE = "disk.free_mb"
    INODES_USED = "disk.inodes_percent"
    MEMORY_USED = "memory.used_percent"
    SWAP_USED = "swap.used_percent"
    LOAD_1 = "load.1m"
    LOAD_5 = "load.5m"
    LOAD_15 = "load.15m"
    LOAD_PER_CORE = "load.per_core"
    CORES = "cpu.cores"
    KERNEL = "kernel.version"
    UPDATES = "updates.waiting"
    REBOOT_WANTED = "updates.reboot_wanted"
    BOOTS = "boots.month"
    LOG_ERRORS = "log.errors_day"
    LOGINS_REFUSED = "logins.refused_day"

    INTERFACE_UP = "if.up"
    INTERFACE_SPEED = "if.speed_mbit"
    INTERFACE_ERRORS = "if.errors_percent"
    INTERFACE_PACKETS = "if.packets"
    INTERFACES_DOWN = "if.down"
    POE_USED = "poe.used_percent"

    UPS_STATUS = "ups.status"
    UPS_ON_BATTERY = "ups.on_battery"
    UPS_BATTERY_LOW = "ups.battery_low"
    UPS_BATTERY_BAD = "ups.replace_battery"
    UPS_CHARGE = "ups.charge_percent"
    UPS_RUNTIME = "ups.runtime_minutes"
    UPS_LOAD = "ups.load_percent"
    UPS_BATTERY_DATE = "ups.battery_date"
    UPS_MODEL = "ups.model"

    PHONES_REGISTERED = "phones.registered"
    PHONES_PROVISIONED = "phones.provisioned"
    PHONES_MISSING = "phones.missing"
    PHONE_FIRMWARE = "phone.firmware"
    TRUNKS = "trunks.count"
    TRUNKS_DOWN = "trunks.down"
    TRUNK_STATE = "trunk.state"
    CALLS_NOW = "calls.now"
    CALLS_SINCE_START = "calls.since_start"
    PBX_UPTIME = "pbx.uptime_seconds"
    VOICEMAIL_BOXES = "voicemail.boxes"
    VOICEMAIL_NEW = "voicemail.new"
    VOICEMAIL_USED = "voicemail.used_percent"

    def of(self, part: str) -> str:
        """Return the name of this fact about one part: `disk.used_percent:/var`."""
        return f"{self.value}{BETWEEN}{clean(part, LONGEST_PART)}"


class Unit(StrEnum):
    """What the number of a fact counts; TEXT and INSTANT (ISO 8601, UTC) are no numbers."""

    TEXT = "text"
    INSTANT = "instant"
    DAY = "day"
    YES_NO = "yes or no"
    COUNT = "count"
    CODE = "code"
    PERCENT = "percent"
    SECONDS = "seconds"
    MINUTES = "minutes"
    MILLISECONDS = "milliseconds"
    DAYS = "days"
    MEGABYTES = "megabytes"
    MEGABITS = "megabits a second"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a fact says, in words for people; `part` is what there are several of ("" for none)."""

    words: str
    unit: Unit
    part: str = ""


MEANINGS: Mapping[Fact, Meaning] = {
    Fact.VERSION: Meaning("Version of its software", Unit.TEXT),
    Fact.SYSTEM_NAME: Meaning("Name that it gives itself", Unit.TEXT),
    Fact.SYSTEM_DESCRIPTION: Meaning("What it says that it is", Unit.TEXT),
    Fact.UPTIME: Meaning("Running since its last start for", Unit.SECONDS),
    Fact.CLOCK_OFFSET: Meaning("Its clock minus ours", Unit.MILLISECONDS),
    Fact.SIP_STATUS: Meaning("Answer to the SIP request", Unit.CODE),
    Fact.SIP_SERVER: Meaning("Software that SIP names", Unit.TEXT),
    Fact.WEB_STATUS: Meaning("Answer of the web server", Unit.CODE),
    Fact.WEB_SERVER: Meaning("Software that the web server names", Unit.TEXT),
    Fact.SMTP_SERVER: Meaning("Greeting of the mail server", Unit.TEXT),
    Fact.DNS_ANSWERS: Meaning("Records that the name server has", Unit.TEXT),
    Fact.SSH_SERVER: Meaning("Software that SSH names", Unit.TEXT),
    Fact.HOST_KEY: Meaning("Fingerprint of its host key", Unit.TEXT),
    Fact.EXIT_CODE: Meaning("Exit code of the job that reports", Unit.CODE),
    Fact.STARTED_AT: Meaning("The job that reports began at", Unit.INSTANT),
    Fact.TLS_VERSION: Meaning("Version of TLS that was agreed", Unit.TEXT),
    Fact.TLS_EXPIRES_AT: Meaning("Certificate valid until", Unit.INSTANT),
    Fact.TLS_DAYS_LEFT: Meaning("Certificate valid for", Unit.DAYS),
    Fact.TLS_FINGERPRINT: Meaning("Fingerprint of its certificate", Unit.TEXT),
    Fact.TLS_KEY: Meaning("Key of its certificate", Unit.TEXT),
    Fact.TLS_KEY_IS_WEAK: Meaning("The key of its certificate is weak", Unit.YES_NO),
    Fact.PING_LOSS: Meaning("Pings without an answer", Unit.PERCENT),
    Fact.PING_AVERAGE: Meaning("Way there and back, on average", Unit.MILLISECONDS),
    Fact.PING_WORST: Meaning("Way there and back, at worst", Unit.MILLISECONDS),
    Fact.DISK_USED: Meaning("Disk in use", Unit.PERCENT, "file system"),
    Fact.DISK_FREE: Meaning("Disk that is free", Unit.MEGABYTES, "file system"),
    Fact.INODES_USED: Meaning("Room for files in use", Unit.PERCENT, "file system"),
    Fact.MEMORY_USED: Meaning("Memory in use", Unit.PERCENT),
    Fact.SWAP_USED: Meaning("Swap in use", Unit.PERCENT),
    Fact.LOAD_1: Meaning("Load over a minute", Unit.RATIO),
    Fact.LOAD_5: Meaning("Load over 5 minutes", Unit.RATIO),
    Fact.LOAD_15: Meaning("Load over 15 minutes", Unit.RATIO),
    Fact.LOAD_PER_CORE: Meaning("Load over 15 minutes for each core", Unit.RATIO),
    Fact.CORES: Meaning("Cores of its processor", Unit.COUNT),
    Fact.KERNEL: Meaning("Version of its kernel", Unit.TEXT),
    Fact.UPDATES: Meaning("Updates that wait", Unit.COUNT),
    Fact.REBOOT_WANTED: Meaning("An update waits for a restart", Unit.YES_NO),
    Fact.BOOTS: Meaning("Starts in the last 31 days", Unit.COUNT),
    Fact.LOG_ERRORS: Meaning("Errors in its log in a day", Unit.COUNT),
    Fact.LOGINS_REFUSED: Meaning("Sign-ins refused in a day", Unit.COUNT),
    Fact.INTERFACE_UP: Meaning("The interface has a link", Unit.YES_NO, "interface"),
    Fact.INTERFACE_SPEED: Meaning("Speed of the interface", Unit.MEGABITS, "interface"),
    Fact.INTERFACE_ERRORS: Meaning("Packets with errors", Unit.PERCENT, "interface"),
    Fact.INTERFACE_PACKETS: Meaning("Packets since its last start", Unit.COUNT, "interface"),
    Fact.INTERFACES_DOWN: Meaning("Interfaces that should have a link and have none", Unit.COUNT),
    Fact.POE_USED: Meaning("Power for devices in use", Unit.PERCENT, "supply"),
    Fact.UPS_STATUS: Meaning("State of the power supply", Unit.TEXT),
    Fact.UPS_ON_BATTERY: Meaning("It runs on its battery", Unit.YES_NO),
    Fact.UPS_BATTERY_LOW: Meaning("Its battery is nearly empty", Unit.YES_NO),
    Fact.UPS_BATTERY_BAD: Meaning("Its battery has to be replaced", Unit.YES_NO),
    Fact.UPS_CHARGE: Meaning("Charge of the battery", Unit.PERCENT),
    Fact.UPS_RUNTIME: Meaning("The battery lasts for", Unit.MINUTES),
    Fact.UPS_LOAD: Meaning("Load of the power supply", Unit.PERCENT),
    Fact.UPS_BATTERY_DATE: Meaning("Its battery is of", Unit.DAY),
    Fact.UPS_MODEL: Meaning("Model of the power supply", Unit.TEXT),
    Fact.PHONES_REGISTERED: Meaning("Phones that are registered", Unit.COUNT),
    Fact.PHONES_PROVISIONED: Meaning("Phones that are set up", Unit.COUNT),
    Fact.PHONES_MISSING: Meaning("Phones that are not registered", Unit.TEXT),
    Fact.PHONE_FIRMWARE: Meaning("Firmware of the phone", Unit.TEXT, "extension"),
    Fact.TRUNKS: Meaning("Trunks that are set up", Unit.COUNT),
    Fact.TRUNKS_DOWN: Meaning("Trunks that are not registered", Unit.COUNT),
    Fact.TRUNK_STATE: Meaning("State of the trunk", Unit.TEXT, "trunk"),
    Fact.CALLS_NOW: Meaning("Calls at this moment", Unit.COUNT),
    Fact.CALLS_SINCE_START: Meaning("Calls since the phone system started", Unit.COUNT),
    Fact.PBX_UPTIME: Meaning("The phone system runs for", Unit.SECONDS),
    Fact.VOICEMAIL_BOXES: Meaning("Voicemail boxes", Unit.COUNT),
    Fact.VOICEMAIL_NEW: Meaning("Voicemail messages that nobody heard", Unit.COUNT),
    Fact.VOICEMAIL_USED: Meaning("The fullest voicemail box in use", Unit.PERCENT),
}


def fact_of(name: str) -> tuple[Fact, str]:
    """Return the fact behind a stored name, and its part ("" for none). ValueError for no fact."""
    plain, _, part = name.partition(BETWEEN)
    return Fact(plain), part


def parts_of(facts: Facts, fact: Fact) -> Iterator[tuple[str, Value]]:
    """Give (part, value) of each part that a result tells this fact about."""
    prefix = f"{fact.value}{BETWEEN}"
    for name, value in facts.items():
        if name.startswith(prefix):
            yield name.removeprefix(prefix), value


def clean(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return text of equipment as one short line of printable characters."""
    kept = "".join(sign if sign.isprintable() else " " for sign in text[: longest * 4])
    return " ".join(kept.split())[:longest]
