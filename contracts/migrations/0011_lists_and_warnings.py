import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import calcom_portal.common.owned
from calcom_portal.common.rls import APPEND, EDIT, READ, SecureTable


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_looks"),
        ("contracts", "0010_signatures"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExpirySetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), size=None
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
                "constraints": [
                    models.UniqueConstraint(fields=("provider",), name="expiry_setting_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpiryWarning",
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
                        choices=[("warranty", "Warranty"), ("support", "Maker's support")],
                        max_length=10,
                    ),
                ),
                ("ends_on", models.DateField()),
                ("horizon", models.PositiveSmallIntegerField()),
                ("told_at", models.DateTimeField()),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "device", "kind", "ends_on", "horizon"),
                        name="expiry_told_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GoodsImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=160)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                (
                    "style",
                    models.CharField(
                        choices=[
                            (
                                "ask",
                                "Year first (2026-06-30); stop at dates that can be read in two ways",
                            ),
                            ("month_first", "Month first (06/30/2026)"),
                            ("day_first", "Day first (30/06/2026)"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "letters",
                    models.CharField(
                        choices=[
                            ("auto", "Find out (UTF-8 or UTF-16)"),
                            ("cp1252", "Western European (Windows-1252)"),
                            ("cp1250", "Central European (Windows-1250)"),
                            ("cp1251", "Cyrillic (Windows-1251)"),
                            ("cp1253", "Greek (Windows-1253)"),
                            ("cp1254", "Turkish (Windows-1254)"),
                            ("cp1255", "Hebrew (Windows-1255)"),
                            ("cp1256", "Arabic (Windows-1256)"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "Being checked"),
                            ("unreadable", "Cannot be read"),
                            ("ready", "Checked"),
                            ("applied", "Imported"),
                        ],
                        default="checking",
                        max_length=10,
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("plan", models.CharField(blank=True, max_length=64)),
                ("job_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "contract",
                    calcom_portal.common.owned.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
                (
                    "created_by",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
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
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=120)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("changed", "changed"),
                            ("unchanged", "unchanged"),
                            ("refused", "refused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("changes", models.JSONField(default=list)),
                ("problems", models.JSONField(default=list)),
                (
                    "customer",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.customer",
                    ),
                ),
                (
                    "goods_import",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="contracts.goodsimport",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "goods_import", "number"), name="import_row_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["provider", "serial"], name="device_by_serial"),
        ),
        SecureTable("goodsimport", customer_column="customer_id", system=READ),
        SecureTable(
            "importrow", customer_column="customer_id", staff=EDIT, system=READ, is_leaf=True
        ),
        SecureTable("expirysetting", system=READ, is_leaf=True),
        SecureTable(
            "expirywarning", customer_column="customer_id", staff=READ, system=APPEND, is_leaf=True
        ),
    ]
