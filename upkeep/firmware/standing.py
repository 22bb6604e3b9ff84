"""How a device stands: what its version means beside the catalogue and the advisories. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from upkeep.firmware.versions import compare, is_older


class Status(StrEnum):
    """What the provider thinks of a release."""

    SEEN = "seen"
    APPROVED = "approved"
    SECURITY = "security"
    BLOCKED = "blocked"

    @property
    def label(self) -> str:
        """Return the words for people."""
        return STATUS_LABELS[self]


STATUS_LABELS = {
    Status.SEEN: "Not judged yet",
    Status.APPROVED: "Approved",
    Status.SECURITY: "Approved, closes a security hole",
    Status.BLOCKED: "Blocked",
}
GOOD = frozenset({Status.APPROVED, Status.SECURITY})


@dataclass(frozen=True, slots=True)
class Release:
    """A release of the catalogue. `ends_on` is the last day on which the maker looks after it."""

    version: str
    status: Status
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Affected:
    """Which versions an advisory is about: from `since` on (all when empty), before `fixed_in`.

    Without `fixed_in` there is no remedy yet.
    """

    title: str
    since: str = ""
    fixed_in: str = ""

    def concerns(self, vendor: str, version: str) -> bool | None:
        """Is a device with this version concerned? None: that cannot be told."""
        if not version:
            return None
        above = compare(vendor, version, self.since) if self.since else 1
        below = compare(vendor, version, self.fixed_in) if self.fixed_in else -1
        if (above is not None and above < 0) or (below is not None and below >= 0):
            return False
        return None if above is None or below is None else True


class Standing(StrEnum):
    """How a device stands, the worst first."""

    AFFECTED = "affected"
    BLOCKED = "blocked"
    ENDED = "ended"
    BEHIND = "behind"
    UNKNOWN = "unknown"
    CURRENT = "current"

    @property
    def label(self) -> str:
        """Return the words for people."""
        return STANDING_LABELS[self]


STANDING_LABELS = {
    Standing.AFFECTED: "Security fix missing",
    Standing.BLOCKED: "Blocked version",
    Standing.ENDED: "No longer supported",
    Standing.BEHIND: "Update available",
    Standing.UNKNOWN: "Version not known",
    Standing.CURRENT: "Up to date",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a device stands, why, and to which version it should go ("" for none)."""

    standing: Standing
    why: str
    target: str = ""


def stand(
    vendor: str,
    version: str,
    releases: Sequence[Release],
    advisories: Sequence[Affected],
    today: date,
) -> Verdict:
    """Say how a device with `version` stands."""
    target = newest_good(vendor, releases)
    newer = target if target and (not version or is_older(vendor, version, target)) else ""
    if not version:
        return Verdict(Standing.UNKNOWN, "Nothing has told its version yet.", newer)
    own = next((one for one in releases if compare(vendor, one.version, version) == 0), None)
    hit = [one for one in advisories if one.concerns(vendor, version)]
    if hit:
        return Verdict(Standing.AFFECTED, f"{hit[0].title}.".replace("..", "."), newer)
    if own is not None and own.status is Status.BLOCKED:
        return Verdict(Standing.BLOCKED, f"{version} is not to be used.", newer)
    if own is not None and own.ends_on is not None and own.ends_on < today:
        return Verdict(Standing.ENDED, f"The maker no longer looks after {version}.", newer)
    if newer:
        missed = missing_security(vendor, version, releases)
        if missed:
            return Verdict(Standing.AFFECTED, f"{missed} closes a security hole.", newer)
        return Verdict(Standing.BEHIND, f"{newer} is approved.", newer)
    if not releases:
        return Verdict(Standing.UNKNOWN, "The catalogue has no release of this model.")
    if target and compare(vendor, version, target) is None:
        return Verdict(Standing.UNKNOWN, f"{version} and {target} cannot be compared.")
    return Verdict(Standing.CURRENT, "No newer release is approved.")


def newest_good(vendor: str, releases: Sequence[Release]) -> str:
    """Return the newest release that may be installed; "" when there is none."""
    newest = ""
    for one in releases:
        if one.status in GOOD and (not newest or is_older(vendor, newest, one.version)):
            newest = one.version
    return newest


def count_newer(vendor: str, version: str, releases: Sequence[Release]) -> int:
    """Return how many releases that may be installed are newer than a version."""
    return sum(one.status in GOOD and is_older(vendor, version, one.version) for one in releases)


def missing_security(vendor: str, version: str, releases: Sequence[Release]) -> str:
    """Return the newest security release that a version is older than; "" when it has them all."""
    fixes = [one for one in releases if one.status is Status.SECURITY]
    newest = newest_good(vendor, fixes)
    return newest if newest and is_older(vendor, version, newest) else ""
