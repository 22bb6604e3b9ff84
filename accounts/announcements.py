"""What a provider's administrators are told about the provider itself.

Mail goes out through the outbox, which is an upper app: it registers its announcer here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Announcement:
    """News for the administrators of a provider. `key` names the event: it is told once.

    `day` is an instant that the text names (shown in the reader's zone), as ISO text, or "".
    """

    provider_id: int
    key: str
    heading: str
    text: str
    day: str = ""
    url: str = ""
    url_label: str = ""


Announcer = Callable[[Announcement], None]

_announcers: list[Announcer] = []


def register_announcer(announcer: Announcer) -> None:
    """Make `announcer` carry the news."""
    _announcers[:] = [announcer]


def announce(news: Announcement) -> None:
    """Hand the news over, in the transaction of the event, in the provider's scope."""
    if not _announcers:
        raise LookupError("Nobody carries news: call register_announcer in the app's ready().")
    _announcers[0](news)
