"""The plans to begin with. `manage.py set_plan` changes them later."""

from django.db import migrations

# code, name, position, customers, staff, devices, storage in megabytes
PLANS = (
    ("trial", "Trial", 1, 3, 3, 25, 500),
    ("standard", "Standard", 2, 50, 15, 1000, 20_000),
    ("unlimited", "Unlimited", 3, None, None, None, None),
)
COLUMNS = ("code", "name", "position", "customers", "staff", "devices", "storage_megabytes")


def seed(apps, schema_editor):
    """Write the three plans."""
    plans = apps.get_model("accounts", "Plan").objects.using(schema_editor.connection.alias)
    plans.bulk_create(plans.model(**dict(zip(COLUMNS, plan, strict=True))) for plan in PLANS)


class Migration(migrations.Migration):
    """Seed trial, standard and unlimited."""

    dependencies = [("accounts", "0005_plans_and_operators")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
