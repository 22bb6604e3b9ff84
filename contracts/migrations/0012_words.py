"""Words by which devices are found, kept by a trigger. See docs/adr on searching."""

import django.db.models.deletion
from django.db import migrations, models

import calcom_portal.common.owned
from calcom_portal.common.rls import APPEND, EDIT, OF_DEVICE_IN_REACH, SecureTable

KEEP = r"""
CREATE FUNCTION contracts_device_words(device contracts_device) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT portal_words(
        device.name, device.vendor, device.model, device.serial, device.asset_tag, device.room,
        device.extension,
        -- As people read them from a label, without the dashes.
        regexp_replace(device.serial, '[^[:alnum:]]', '', 'g'),
        regexp_replace(device.asset_tag, '[^[:alnum:]]', '', 'g'))
$$;
CREATE FUNCTION contracts_device_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM contracts_deviceword
         WHERE provider_id = OLD.provider_id AND device_id = OLD.id
           AND word = ANY (contracts_device_words(OLD));
    END IF;
    INSERT INTO contracts_deviceword (provider_id, customer_id, device_id, word)
    SELECT NEW.provider_id, NEW.customer_id, NEW.id, word
      FROM unnest(contracts_device_words(NEW)) AS word;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_words_new AFTER INSERT ON contracts_device
   FOR EACH ROW EXECUTE FUNCTION contracts_device_keep_words();
CREATE TRIGGER keep_words
 AFTER UPDATE OF name, vendor, model, serial, asset_tag, room, extension ON contracts_device
   FOR EACH ROW WHEN (contracts_device_words(OLD) IS DISTINCT FROM contracts_device_words(NEW))
   EXECUTE FUNCTION contracts_device_keep_words();
"""
DROP = """
DROP TRIGGER keep_words ON contracts_device;
DROP TRIGGER keep_words_new ON contracts_device;
DROP FUNCTION contracts_device_keep_words();
DROP FUNCTION contracts_device_words(contracts_device);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0002_words"),
        ("accounts", "0008_jobs"),
        ("contracts", "0011_lists_and_warnings"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeviceWord",
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
                    "device",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.device",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["provider", "word", "device"], name="device_word"),
                    models.Index(
                        fields=["provider", "customer", "word", "device"],
                        name="device_word_of_customer",
                    ),
                ],
            },
        ),
        SecureTable(
            "deviceword",
            is_leaf=True,
            customer_column="customer_id",
            also_for_customer=OF_DEVICE_IN_REACH,
            customer=APPEND,
            staff=EDIT,
            system=EDIT,
        ),
        migrations.RunSQL(KEEP, DROP),
    ]
