"""The page of a ticket with eight messages against the floor: `python -m bench.ticket`."""

from __future__ import annotations

import json

from bench.client import Ask, in_turns
from bench.figures import Figure, report
from bench.floor_asks import floor_asks
from bench.ground import FLOOR, arguments, ground


def main() -> None:
    """Print the figures."""
    with ground(arguments(__doc__).data, FLOOR, "portal_large") as place:
        cookie = place.people["providers"][0]["technician"]
        path = f"/tickets/{place.inside('conversation', 'portal_large')}/"
        with place.floor() as floor, place.web("portal_large") as web:
            asks = {
                "floor": floor_asks(place, floor)["bare ticket page"],
                "page": Ask(web.port, path, headers=(("Cookie", cookie),)),
            }
            sides = in_turns(asks)
        wanted = [{"path": path, "cookie": cookie}]
        counts = [len(sql) for sql in place.inside("queries", "portal_large", json.dumps(wanted))]
    bare, page = sides["floor"], sides["page"]
    report(
        "Ticket page, 1,000,000 tickets",
        [
            Figure("floor: bare ticket page", bare.ms, unit="ms"),
            Figure("floor: eight clients", bare.rate, unit="a second"),
            Figure("whole page", page.ms, unit="ms"),
            Figure("whole page, eight clients", page.rate, unit="a second"),
            Figure("whole page against the floor", page.ms / bare.ms, 4, "×"),
            Figure("SQL queries of the page", counts[0], 12),
        ],
    )


if __name__ == "__main__":
    main()
