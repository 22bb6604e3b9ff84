"""The dispatch queue against the floor: `python -m bench.queue`."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from bench.client import Ask, in_turns, send
from bench.figures import Figure, report
from bench.floor_asks import floor_asks
from bench.ground import FLOOR, arguments, ground

# What a page may name without leaving the host: nothing. Links in text are not loaded.
LOADED = re.compile(
    rb"""(?:src|srcset|action|hx-get|hx-post|<link[^>]*href)=["'](?:https?:)?//[^"']*"""
)


def main() -> None:
    """Print the figures."""
    with ground(arguments(__doc__).data, FLOOR, "portal_large", "portal_small") as place:
        cookie = place.people["providers"][0]["technician"]
        with (
            place.floor() as floor,
            place.web("portal_large") as large,
            place.web("portal_small") as small,
        ):
            page = Ask(large.port, "/queue/", headers=(("Cookie", cookie),))
            body = send(page).body
            poll = replace(page, path="/queue/rows/")
            asks = {
                "floor": floor_asks(place, floor)["bare queue"],
                "page": page,
                "small": replace(page, port=small.port),
                "rows": poll,
            }
            sides = in_turns(asks)
            same = in_turns(
                {"floor": asks["floor"], "same": replace(poll, unchanged=True)}, rounds=3
            )
        wanted = [{"path": path, "cookie": cookie} for path in ("/queue/", "/queue/rows/")]
        counts = [len(sql) for sql in place.inside("queries", "portal_large", json.dumps(wanted))]
    bare = sides["floor"]
    report(
        "Dispatch queue, 1,000,000 tickets of which 100,000 are open",
        [
            Figure("floor: bare queue", bare.ms, unit="ms"),
            Figure("floor: eight clients", bare.rate, unit="a second"),
            Figure("whole page", sides["page"].ms, unit="ms"),
            Figure("whole page, eight clients", sides["page"].rate, unit="a second"),
            Figure("whole page against the floor", sides["page"].ms / bare.ms, 2.5, "×"),
            Figure(
                "requests a second against the floor's (80 of 205)",
                sides["page"].rate / bare.rate,
                80 / 205,
                "×",
                at_least=True,
            ),
            Figure("rows alone (the poll) against the floor", sides["rows"].ms / bare.ms, unit="×"),
            Figure(
                "poll answered 304 against the floor", same["same"].ms / same["floor"].ms, 0.5, "×"
            ),
            Figure(
                "1,000,000 tickets against 10,000", sides["page"].ms / sides["small"].ms, 1.2, "×"
            ),
            Figure("SQL queries of the page", counts[0], 8),
            Figure("SQL queries of the poll", counts[1], 8),
            Figure("HTML of the page", len(body) / 1000, 60, "kB"),
            Figure("requests of the page that leave the host", len(LOADED.findall(body)), 0),
        ],
    )


if __name__ == "__main__":
    main()
