"""What a person wants by mail, as kept in `Membership.notices`: `{"muted": ["kind", …]}`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.viewer import Viewer
from notifications.kinds import Audience, NoticeKind, all_kinds

MUTED = "muted"


def muted_kinds(notices: dict[str, Any]) -> frozenset[str]:
    """Return the kinds that a person turned off."""
    return frozenset(notices.get(MUTED, ()))


def is_muted(notices: dict[str, Any], kind: NoticeKind | None) -> bool:
    """Does the person not want this kind? What cannot be muted never is, whatever the row says."""
    return kind is not None and kind.can_be_muted and kind.code in muted_kinds(notices)


def with_muted(notices: dict[str, Any], muted: Iterable[str]) -> dict[str, Any]:
    """Return the settings with other kinds turned off."""
    return {**notices, MUTED: sorted(muted)}


def kinds_for(viewer: Viewer) -> list[NoticeKind]:
    """Return the kinds that this person may get."""
    own = Audience.CUSTOMERS if viewer.is_customer else Audience.STAFF
    return [kind for kind in all_kinds() if kind.audience in (own, Audience.EVERYONE)]
