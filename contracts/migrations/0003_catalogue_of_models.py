"""Make the catalogue of models out of the makers and models that devices name, and link them."""

from django.db import migrations

MODELS = """
INSERT INTO contracts_productmodel (provider_id, vendor, model, kind)
SELECT DISTINCT ON (provider_id, lower(vendor), lower(model)) provider_id, vendor, model, kind
  FROM contracts_device
 WHERE vendor <> '' AND model <> ''
 ORDER BY provider_id, lower(vendor), lower(model), id DESC
"""

LINKS = """
UPDATE contracts_device AS device
   SET product_model_id = product.id
  FROM contracts_productmodel AS product
 WHERE product.provider_id = device.provider_id
   AND lower(product.vendor) = lower(device.vendor)
   AND lower(product.model) = lower(device.model)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0002_goods"),
    ]

    operations = [
        migrations.RunSQL(
            # Policies are forced on the owner too, who would silently find no row at all: the
            # system role sees every provider's.
            sql=["SET LOCAL ROLE portal_system", MODELS, LINKS, "SET LOCAL ROLE NONE"],
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
