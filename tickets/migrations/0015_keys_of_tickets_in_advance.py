"""Whoever opens a ticket takes its key with its number: what refers to it is sent with it."""

from django.db import migrations

ROLES = "portal_customer, portal_staff, portal_system"
GRANT = f"GRANT USAGE ON SEQUENCE tickets_ticket_id_seq TO {ROLES}"
REVOKE = f"REVOKE USAGE ON SEQUENCE tickets_ticket_id_seq FROM {ROLES}"


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0014_key_words_through_tickets"),
    ]

    operations = [
        migrations.RunSQL(GRANT, REVOKE),
    ]
