"""Words by which tickets are found, kept by a trigger. See docs/adr on searching."""

import django.db.models.deletion
from django.db import migrations, models

import calcom_portal.common.owned
from calcom_portal.common.rls import APPEND, EDIT, OF_TICKET_IN_REACH, SecureTable

KEEP = r"""
CREATE FUNCTION tickets_ticket_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM tickets_ticketword
         WHERE provider_id = OLD.provider_id AND ticket_id = OLD.id
           AND word = ANY (portal_words(OLD.subject));
    END IF;
    INSERT INTO tickets_ticketword (provider_id, customer_id, ticket_id, word)
    SELECT NEW.provider_id, NEW.customer_id, NEW.id, word
      FROM unnest(portal_words(NEW.subject)) AS word;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_words_new AFTER INSERT ON tickets_ticket
   FOR EACH ROW EXECUTE FUNCTION tickets_ticket_keep_words();
CREATE TRIGGER keep_words AFTER UPDATE OF subject ON tickets_ticket
   FOR EACH ROW WHEN ((OLD.subject) IS DISTINCT FROM (NEW.subject))
   EXECUTE FUNCTION tickets_ticket_keep_words();
"""
DROP = """
DROP TRIGGER keep_words ON tickets_ticket;
DROP TRIGGER keep_words_new ON tickets_ticket;
DROP FUNCTION tickets_ticket_keep_words();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0002_words"),
        ("accounts", "0008_jobs"),
        ("tickets", "0004_key_ledgers_through_their_parents"),
    ]

    operations = [
        migrations.CreateModel(
            name="TicketWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.TextField(db_collation="C")),
                (
                    "customer",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.customer",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.provider",
                    ),
                ),
                (
                    "ticket",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["provider", "word", "ticket"], name="ticket_word"),
                    models.Index(
                        fields=["provider", "customer", "word", "ticket"],
                        name="ticket_word_of_customer",
                    ),
                ],
            },
        ),
        SecureTable(
            "ticketword",
            is_leaf=True,
            customer_column="customer_id",
            also_for_customer=OF_TICKET_IN_REACH,
            customer=APPEND,
            staff=EDIT,
            system=EDIT,
        ),
        migrations.RunSQL(KEEP, DROP),
    ]
