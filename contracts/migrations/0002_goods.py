import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import calcom_portal.common.owned
from calcom_portal.common.rls import APPEND, EDIT, READ, SecureTable, TenantKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people_and_tenants"),
        ("contracts", "0001_promises"),
    ]

    operations = [
        migrations.AddField(
            model_name="device",
            name="extension",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="device",
            name="replaces",
            field=calcom_portal.common.owned.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="contracts.device",
            ),
        ),
        migrations.CreateModel(
            name="WarrantyItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "contract",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warranty_items",
                        to="contracts.contract",
                    ),
                ),
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
                        related_name="warranty_items",
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
                    models.Index(
                        fields=["provider", "customer", "ends_on"], name="warranty_by_end"
                    ),
                    models.Index(fields=["provider", "contract"], name="warranty_of_contract"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="warranty_ends_after_start",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("device", "="),
                            (
                                models.Func(
                                    models.F("starts_on"),
                                    models.F("ends_on"),
                                    models.Value("[]"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="warranty_once_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeviceEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("installed", "Written down"),
                            ("edited", "Corrected"),
                            ("retired", "Taken out of service"),
                            ("swapped_out", "Replaced"),
                            ("swapped_in", "Put in as a replacement"),
                            ("warranty_added", "Put under warranty"),
                            ("warranty_changed", "Warranty changed"),
                            ("warranty_removed", "Warranty taken off"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor_name", models.CharField(max_length=120)),
                ("details", models.JSONField(default=dict)),
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
                        related_name="events",
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
                    models.Index(
                        fields=["provider", "device", "-at", "-id"], name="device_events_newest"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductModel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("vendor", models.CharField(max_length=80)),
                ("model", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pbx", "Phone system"),
                            ("phone", "Phone"),
                            ("gateway", "Gateway"),
                            ("switch", "Switch"),
                            ("access_point", "Wi-Fi access point"),
                            ("ups", "Battery backup"),
                            ("other", "Other equipment"),
                        ],
                        max_length=16,
                    ),
                ),
                ("support_ends_on", models.DateField(blank=True, null=True)),
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
                "constraints": [
                    models.UniqueConstraint(
                        models.F("provider"),
                        django.db.models.functions.text.Lower("vendor"),
                        django.db.models.functions.text.Lower("model"),
                        name="product_model_once",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="device",
            name="product_model",
            field=calcom_portal.common.owned.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="devices",
                to="contracts.productmodel",
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.UniqueConstraint(
                fields=("provider", "replaces"), name="device_replaced_once"
            ),
        ),
        SecureTable(
            "productmodel",
            customer=READ,
            also_for_customer="EXISTS (SELECT FROM contracts_device d"
            " WHERE d.product_model_id = contracts_productmodel.id)",
        ),
        SecureTable(
            "warrantyitem",
            customer_column="customer_id",
            customer=READ,
            staff=EDIT,
            system=READ,
            # Their policy on contracts shows them the signed ones only.
            also_for_customer="EXISTS (SELECT FROM contracts_contract c WHERE c.id = contract_id)",
            is_leaf=True,
        ),
        SecureTable(
            "deviceevent",
            customer_column="customer_id",
            customer=READ,
            staff=APPEND,
            system=READ,
            is_leaf=True,
        ),
        TenantKey("device", "product_model"),
        TenantKey("device", "replaces"),
    ]
