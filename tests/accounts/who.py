"""The rows behind a viewer of the tests."""

from __future__ import annotations

from accounts.viewer import Viewer


def seat_id(viewer: Viewer) -> int:
    """Return the id of the viewer's membership."""
    assert viewer.membership_id is not None
    return viewer.membership_id


def user_id(viewer: Viewer) -> int:
    """Return the id of the viewer's account."""
    assert viewer.user_id is not None
    return viewer.user_id
