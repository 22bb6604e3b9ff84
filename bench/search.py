"""The search box: `python -m bench.search`.

The asking provider has 100,000 tickets in a table of 1,100,000. Words of the subjects are common on
purpose: every ticket has "room", one in eight "dial".
"""

from __future__ import annotations

import json
import sys
import time
from urllib.parse import quote_plus

from bench.client import Ask, in_turns
from bench.figures import Figure, report
from bench.ground import Ground, arguments, ground

LIMIT_MS = 40
QUESTIONS = {
    "a number": "NL-51234",
    "a rare word": "397",
    "a common word": "dial",
    "the word of every ticket": "room",
    "two letters": "ro",
    "two common words": "dial room",
    "three words, all begun": "no dia fro",
    "a common and a rare word": "room 397",
    "a customer": "bayview",
    "nothing": "xylophone",
}
FILL = """
SET session_replication_role = replica;
SET synchronous_commit = off;
DROP INDEX ticket_word; DROP INDEX ticket_word_of_customer;
INSERT INTO tickets_ticketword (provider_id, customer_id, ticket_id, word)
SELECT provider_id, customer_id, id, word
  FROM tickets_ticket CROSS JOIN unnest(portal_words(subject)) AS word ORDER BY id;
"""


def main() -> None:
    """Print the figures."""
    with ground(arguments(__doc__).data, "portal_large") as place:
        _fill(place)
        cookie = place.people["providers"][1]["technician"]
        with place.web("portal_large") as web:
            asks = {
                name: Ask(web.port, f"/search/?q={quote_plus(text)}", headers=(("Cookie", cookie),))
                for name, text in QUESTIONS.items()
            }
            pages = in_turns(asks)
        inside = place.inside("search", "portal_large", json.dumps(list(QUESTIONS.values())))
    figures = [
        Figure(f"whole page: {name} ({QUESTIONS[name]})", pages[name].ms, LIMIT_MS, "ms")
        for name in QUESTIONS
    ]
    for role, told in inside.items():
        if "slowest_ms" in told:
            figures.append(Figure(f"{role}: slowest question", told["slowest_ms"], LIMIT_MS, "ms"))
        figures.append(Figure(f"{role}: plans that read a whole table", told["whole_tables"], 0))
    report("Search, 100,000 tickets of one provider among 1,100,000", figures)


def _fill(place: Ground) -> None:
    cursor = place.superuser("portal_large").cursor()
    cursor.execute("SELECT EXISTS (SELECT FROM tickets_ticketword)")
    if cursor.fetchone() == (True,):
        return
    start = time.monotonic()
    cursor.execute(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indexrelid IN ('ticket_word'::regclass, 'ticket_word_of_customer'::regclass)"
    )
    definitions = [row[0] for row in cursor.fetchall()]
    cursor.execute(FILL)
    for definition in definitions:
        cursor.execute(definition)
    cursor.execute("VACUUM ANALYZE tickets_ticketword")
    print(f"words: loaded in {time.monotonic() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
