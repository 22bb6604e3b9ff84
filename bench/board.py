"""The monitoring board of a provider with 2,000 watched devices: `python -m bench.board`."""

from __future__ import annotations

import json

from bench.client import Ask, send
from bench.figures import Figure, report
from bench.ground import Ground, arguments, ground

DATABASE = "portal_small"
DEVICES, ASKED = 2_000, 200
LIMIT_MS = 200
# Ten devices a site, two checks a device, most well; a hundred outages, most behind another one.
FILL = """
SET session_replication_role = replica;
SET synchronous_commit = off;
TRUNCATE monitoring_check, monitoring_incident CASCADE;
DELETE FROM contracts_device WHERE asset_tag = 'bench';
DELETE FROM contracts_site WHERE address = 'bench';
INSERT INTO contracts_site (provider_id, customer_id, name, address, zone, is_active)
SELECT provider_id, id, 'Site ' || n, 'bench', 'America/Los_Angeles', true
  FROM (SELECT *, row_number() OVER (ORDER BY id) AS place FROM accounts_customer
         WHERE provider_id = %(provider)s) AS customer,
       generate_series(1, %(devices)s / 10) AS n
 WHERE place = 1 + n %% (SELECT count(*) FROM accounts_customer WHERE provider_id = %(provider)s);
INSERT INTO contracts_device
       (provider_id, customer_id, site_id, name, kind, vendor, model, serial, asset_tag, room,
        extension, installed_by_us)
SELECT provider_id, customer_id, id, 'Device ' || n, 'pbx', 'Panasonic', 'KX-NS700', '', 'bench',
       '', '', true
  FROM contracts_site, generate_series(1, 10) AS n WHERE address = 'bench';
INSERT INTO monitoring_check
       (provider_id, customer_id, device_id, name, kind, settings, every_seconds, timeout_ms,
        failures, successes, retry_seconds, is_important, opens, created_at, state, since, row,
        settled, last_at, last_outcome, last_words, last_took_us, last_facts, changes_lately,
        token_hash)
SELECT provider_id, customer_id, id, 'Check ' || n, 'sip-udp', '{}', 60, 5000, 3, 2, 20, false,
       'auto', now() - interval '90 days',
       CASE WHEN id %% 20 = 0 THEN 'down' WHEN id %% 33 = 0 THEN 'suspect' ELSE 'up' END,
       now() - interval '1 hour', 3, 'up', now(), 'alive', 'SIP answered 200 OK', 14000, '{}', '{}',
       ''
  FROM contracts_device, generate_series(1, 2) AS n WHERE asset_tag = 'bench';
INSERT INTO monitoring_incident
       (provider_id, customer_id, device_id, of_check_id, kind, cause, is_covered, opened_at,
        confirmed_at, closing_note)
SELECT provider_id, customer_id, device_id, id, 'outage', 'No answer within 5 s', true, since,
       since, ''
  FROM monitoring_check WHERE state = 'down' AND name = 'Check 1';
"""


def main() -> None:
    """Print the figures."""
    with ground(arguments(__doc__).data, DATABASE) as place:
        _fill(place)
        cookie = (("Cookie", place.people["providers"][0]["technician"]),)
        with place.web(DATABASE) as web:
            page = Ask(web.port, "/monitoring/", headers=cookie)
            live = Ask(web.port, "/monitoring/live/", headers=cookie)
            send(page)
            whole, parts = _times(page), _times(live)
            size = len(send(page).body) / 1000
        asked = [{"path": "/monitoring/", "cookie": cookie[0][1]}]
        queries = place.inside("queries", DATABASE, json.dumps(asked))[0]
    report(
        f"The monitoring board with {DEVICES:,} watched devices",
        [
            Figure("whole page, p50", _share(whole, 0.5), unit="ms"),
            Figure("whole page, p95", _share(whole, 0.95), LIMIT_MS, "ms"),
            Figure("live part, p95", _share(parts, 0.95), LIMIT_MS, "ms"),
            Figure("size of the page", size, unit="kB"),
            Figure("SQL queries of the page", len(queries), 20),
        ],
    )


def _fill(place: Ground) -> None:
    provider = place.people["providers"][0]["provider"]
    cursor = place.superuser(DATABASE).cursor()
    cursor.execute(FILL, {"provider": provider, "devices": DEVICES})
    cursor.execute("VACUUM ANALYZE contracts_device, contracts_site, monitoring_check")
    cursor.execute("VACUUM ANALYZE monitoring_incident")


def _times(ask: Ask) -> list[float]:
    return sorted(send(ask).seconds * 1000 for _ in range(ASKED))


def _share(times: list[float], share: float) -> float:
    return times[int(len(times) * share)]


if __name__ == "__main__":
    main()
