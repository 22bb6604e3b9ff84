"""Give providers that were there before a price list, as founding does for new ones."""

from __future__ import annotations

from django.db import migrations

# The tables are behind row policies that the owner is not exempt from.
SEED = """
SET LOCAL ROLE portal_system;
INSERT INTO contracts_ratecard
       (provider_id, effective_on, rates, rounding, note, created_at)
SELECT id, date_trunc('year', portal_now())::date - interval '1 year',
       '{"currency": "USD", "normal": "145.00", "after_hours": "217.50", "trip": "95.00"}',
       '{"step": 15, "rule": "up", "minimum": 15}', 'To start from', portal_now()
  FROM accounts_provider;
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0004_rates")]

    operations = [migrations.RunSQL(SEED, migrations.RunSQL.noop)]
