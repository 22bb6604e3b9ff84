"""Memory of the web tier after load; does it grow with the tickets? `python -m bench.memory`.

Proportional set sizes of master and two workers from /proc/*/smaps_rollup: a page that several
processes share is counted once.
"""

from __future__ import annotations

from bench.client import Ask, at_once
from bench.figures import Figure, report
from bench.ground import Ground, arguments, ground

REQUESTS = 800


def loaded(place: Ground, database: str) -> float:
    """Return MB of the web tier after it has answered for a while."""
    cookie = (("Cookie", place.people["providers"][0]["technician"]),)
    with place.web(database) as web:
        paths = ("/queue/", "/queue/rows/", "/queue/?view=late", "/tickets/CC-10990/", "/tickets/")
        for path in paths:
            at_once(Ask(web.port, path, headers=cookie), REQUESTS // len(paths))
        return sum(web.memory().values())


def main() -> None:
    """Print the figures."""
    with ground(arguments(__doc__).data, "portal_large", "portal_small") as place:
        large, small = loaded(place, "portal_large"), loaded(place, "portal_small")
    report(
        "Memory of the web tier: a master and two workers after load",
        [
            Figure("1,000,000 tickets", large, 130, "MB"),
            Figure("10,000 tickets", small, 130, "MB"),
            Figure("1,000,000 against 10,000", large / small, 1.05, "×"),
        ],
    )


if __name__ == "__main__":
    main()
