"""Memory of the web tier after load; does it grow with the tickets? `python -m bench.memory`.

Proportional set sizes of master and two workers from /proc/*/smaps_rollup: a page that several
processes share is counted once. Once as the portal runs, beside its other processes, which share
the libraries' code with the web tier; and once alone, with the whole of that code.
"""

from __future__ import annotations

from contextlib import ExitStack

from bench.client import Ask, at_once
from bench.figures import Figure, report
from bench.ground import Ground, arguments, ground
from calcom_portal.processes import PROCESSES

REQUESTS = 800
BESIDE = tuple(process.name for process in PROCESSES if process.name != "web")


def loaded(place: Ground, database: str, beside: tuple[str, ...] = BESIDE) -> float:
    """Return MB of the web tier after it has answered for a while."""
    cookie = (("Cookie", place.people["providers"][0]["technician"]),)
    with ExitStack() as others, place.web(database) as web:
        for name in beside:
            others.enter_context(place.process(name, database))
        paths = ("/queue/", "/queue/rows/", "/queue/?view=late", "/tickets/CC-10990/", "/tickets/")
        for path in paths:
            at_once(Ask(web.port, path, headers=cookie), REQUESTS // len(paths))
        return sum(web.memory().values())


def main() -> None:
    """Print the figures."""
    with ground(arguments(__doc__).data, "portal_large", "portal_small") as place:
        large, small = loaded(place, "portal_large"), loaded(place, "portal_small")
        alone = loaded(place, "portal_small", beside=())
    report(
        "Memory of the web tier: a master and two workers after load",
        [
            Figure("1,000,000 tickets", large, 130, "MB"),
            Figure("10,000 tickets", small, 130, "MB"),
            Figure("1,000,000 against 10,000", large / small, 1.05, "×"),
            Figure("10,000 tickets, nothing else of the portal running", alone, None, "MB"),
        ],
    )


if __name__ == "__main__":
    main()
