"""Opening a ticket through the API against a bare create: `python -m bench.api`."""

from __future__ import annotations

import json
import uuid
from itertools import cycle

from bench.client import Ask, in_turns
from bench.figures import Figure, report
from bench.floor_asks import floor_asks
from bench.ground import FLOOR, arguments, ground

PATH = "/api/v1/tickets"
DATABASE = "portal_large"


def main() -> None:
    """Print the figures."""
    with ground(arguments(__doc__).data, FLOOR, DATABASE) as place:
        provider = place.people["providers"][0]
        # One key may write 300 times a minute: they take turns.
        tokens, site = cycle(provider["tokens"]), provider["places"][0]
        body = {
            "subject": "No dial tone at the front desk",
            "text": "It began this morning, and nobody can be reached.",
            "customer": site["customer"],
            "device": site["device"],
        }

        def call(number: int) -> tuple[dict[str, str], bytes]:
            headers = {
                "Authorization": f"Bearer {next(tokens)}",
                "Content-Type": "application/json",
                "Idempotency-Key": str(uuid.uuid4()),
            }
            return headers, json.dumps(body).encode()

        with place.floor() as floor, place.web(DATABASE) as web:
            asks = {
                "floor": floor_asks(place, floor)["bare create"],
                "create": Ask(web.port, PATH, "POST", fresh=call, expected=(201,)),
            }
            sides = in_turns(asks)
        wanted = [{"path": PATH, "token": next(tokens), "body": body}]
        sql = place.inside("queries", DATABASE, json.dumps(wanted))[0]
    bare, create = sides["floor"], sides["create"]
    report(
        "Opening a ticket through the API, 1,000,000 tickets",
        [
            Figure("floor: bare create with an outbox row", bare.ms, unit="ms"),
            Figure("floor: eight clients", bare.rate, unit="a second"),
            Figure("create", create.ms, unit="ms"),
            Figure("create, eight clients", create.rate, unit="a second"),
            Figure("create against the floor", create.ms / bare.ms, 4, "×"),
            Figure("SQL queries of a create", len(sql), 15),
            Figure("… of them notices, in its transaction", _notices(sql)),
        ],
    )


def _notices(statements: list[str]) -> int:
    return sum("EXECUTE queue_notices" in statement for statement in statements)


if __name__ == "__main__":
    main()
