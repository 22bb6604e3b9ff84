"""Fill in the words of what is there already."""

from django.db import migrations

# Row policies are forced on the owner of the tables too.
FILL = r"""
SET LOCAL ROLE portal_system;
INSERT INTO contracts_deviceword (provider_id, customer_id, device_id, word)
SELECT row.provider_id, row.customer_id, row.id, word
  FROM contracts_device AS row
 CROSS JOIN unnest(contracts_device_words(row)) AS word;
RESET ROLE;
"""


class Migration(migrations.Migration):
    """Write each row's words once."""

    dependencies = [("contracts", "0012_words")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
