"""The promise of a contract's terms, in the form that the clock needs."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from types import MappingProxyType

from contracts.sla.errors import TermsError
from contracts.sla.reading import choice, entry, rows, text, whole
from contracts.sla.targets import PAUSING_PARTIES, Metric, Party, Priority, Target

Key = tuple[Priority, Metric]


@dataclass(frozen=True, slots=True)
class Promise:
    """The terms that a clock needs, frozen: who is promised what, and what may pause it.

    `label` is what people read ("Tier 2"), `tier` and `contract` are the words behind it,
    `warn_shares` are percentages of the target, `reopen_days` is how long a solved ticket
    continues its old clock when reopened. A promise without targets carries `none_reason`.
    """

    label: str
    targets: Mapping[Key, Target]
    pausing: frozenset[Party] = PAUSING_PARTIES
    warn_shares: tuple[int, ...] = (50, 75, 90)
    reopen_days: int = 14
    tier: str = ""
    contract: str = ""
    none_reason: str = ""

    def __post_init__(self) -> None:
        """Raise TermsError for terms that contradict the rules of the clock."""
        object.__setattr__(self, "targets", MappingProxyType(dict(self.targets)))
        checks: tuple[tuple[str, bool, str, str], ...] = (
            ("none_reason", bool(self.targets) or bool(self.none_reason), "is missing.",
             "Say why nothing is promised, or give a target."),
            ("pausing", self.pausing <= PAUSING_PARTIES, "may not hold our own part or staff.",
             f"Choose from {', '.join(sorted(PAUSING_PARTIES))}."),
            ("warn_shares", _rising(self.warn_shares), "must rise, from 1 to 99.",
             "Write [50, 75, 90], for example."),
            ("reopen_days", 0 <= self.reopen_days <= 3_650, "must be from 0 to 3650 days.",
             "Write 14, for example."),
        )  # fmt: skip
        for name, fits, message, remedy in checks:
            if not fits:
                raise TermsError(message, field=name, remedy=remedy)

    @classmethod
    def none(cls, reason: str) -> "Promise":
        """Return an explicit "no response promise", with the reason why."""
        return cls(label="No response promise", targets={}, none_reason=reason)

    @property
    def is_none(self) -> bool:
        """Whether nothing at all is promised."""
        return not self.targets

    def target(self, priority: Priority, metric: Metric) -> Target | None:
        """Return the target, or None when none is promised for that."""
        return self.targets.get((priority, metric))

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form, in a fixed order."""
        return {
            "label": self.label,
            "tier": self.tier,
            "contract": self.contract,
            "targets": [
                {"priority": key[0].value, "metric": key[1].value, **self.targets[key].to_dict()}
                for key in sorted(self.targets)
            ],
            "pausing": sorted(party.value for party in self.pausing),
            "warn_shares": list(self.warn_shares),
            "reopen_days": self.reopen_days,
            "none_reason": self.none_reason,
        }

    @classmethod
    def from_dict(cls, value: object) -> "Promise":
        """Read the JSON form. Raises TermsError naming the field."""
        parts = entry(value, "promise", tuple(f.name for f in fields(cls)))
        pausing = rows(parts.get("pausing", sorted(PAUSING_PARTIES)), "pausing")
        shares = rows(parts.get("warn_shares", [50, 75, 90]), "warn_shares")
        return cls(
            label=text(parts.get("label", ""), "label"),
            tier=text(parts.get("tier", ""), "tier"),
            contract=text(parts.get("contract", ""), "contract"),
            targets=_targets(parts.get("targets", [])),
            pausing=frozenset(choice(party, Party, "pausing") for party in pausing),
            warn_shares=tuple(whole(share, "warn_shares") for share in shares),
            reopen_days=whole(parts.get("reopen_days", 14), "reopen_days"),
            none_reason=text(parts.get("none_reason", ""), "none_reason"),
        )


def _targets(value: object) -> dict[Key, Target]:
    targets: dict[Key, Target] = {}
    for index, item in enumerate(rows(value, "targets")):
        place = f"targets[{index}]"
        row = entry(item, place, ("priority", "metric", "amount_seconds", "unit"))
        key = (
            choice(row.get("priority"), Priority, f"{place}.priority"),
            choice(row.get("metric"), Metric, f"{place}.metric"),
        )
        if key in targets:
            raise TermsError("is there twice.", field=place, remedy="Keep one of the two.")
        targets[key] = Target.from_dict(
            {name: row.get(name) for name in ("amount_seconds", "unit")}
        )
    return targets


def _rising(shares: tuple[int, ...]) -> bool:
    bounds = (0, *shares, 100)
    return all(lower < higher for lower, higher in pairwise(bounds))
