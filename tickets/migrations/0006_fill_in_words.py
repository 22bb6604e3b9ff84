"""Fill in the words of what is there already."""

from django.db import migrations

# Row policies are forced on the owner of the tables too.
FILL = r"""
SET LOCAL ROLE portal_system;
INSERT INTO tickets_ticketword (provider_id, customer_id, ticket_id, word)
SELECT row.provider_id, row.customer_id, row.id, word
  FROM tickets_ticket AS row
 CROSS JOIN unnest(portal_words(row.subject)) AS word;
RESET ROLE;
"""


class Migration(migrations.Migration):
    """Write each row's words once."""

    dependencies = [("tickets", "0005_words")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
