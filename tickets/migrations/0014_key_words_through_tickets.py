from django.db import migrations

from calcom_portal.common.rls import KeyThroughParent


class Migration(migrations.Migration):
    """One wide key a word instead of two: a ticket is opened with half a dozen words."""

    atomic = False

    dependencies = [("tickets", "0013_the_portal_does_work")]

    operations = [KeyThroughParent("ticketword", "ticket", shared=("customer_id",))]
