"""Write down what is known of the lives of contracts that were signed before they were kept."""

from django.db import migrations

ENDS = """
UPDATE contracts_contract
   SET renewal_anchor = ends_on + 1,
       agreed_on = greatest(starts_on, signed_at::date),
       look_on = CASE WHEN ends_on >= portal_now()::date THEN portal_now()::date END
 WHERE state = 'signed'
"""

SIGNATURES = """
INSERT INTO contracts_contractevent
       (provider_id, customer_id, contract_id, milestone, "on", words, details, at, by_id, by_name)
SELECT contract.provider_id, contract.customer_id, contract.id, 'signed', contract.starts_on,
       left('Signed by ' || contract.signed_name || '.', 300), '{}', contract.signed_at,
       contract.signed_by_id, coalesce(person.name, '')
  FROM contracts_contract AS contract
  LEFT JOIN accounts_membership AS person ON person.id = contract.signed_by_id
 WHERE contract.state = 'signed'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0008_contract_life"),
    ]

    operations = [
        migrations.RunSQL(
            # As in 0003: policies are forced on the owner too.
            sql=["SET LOCAL ROLE portal_system", ENDS, SIGNATURES, "SET LOCAL ROLE NONE"],
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
