import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

import calcom_portal.common.owned
from calcom_portal.common.rls import APPEND, EDIT, READ, SecureTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_people_and_tenants"),
    ]

    operations = [
        migrations.CreateModel(
            name="Calendar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("is_default", models.BooleanField(default=False)),
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
                    models.UniqueConstraint(fields=("provider", "name"), name="calendar_name_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("provider",),
                        name="calendar_default_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("spec", models.JSONField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("subdivision", models.CharField(blank=True, max_length=24)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField()),
                (
                    "calendar",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="contracts.calendar",
                    ),
                ),
                (
                    "created_by",
                    calcom_portal.common.owned.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
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
                        fields=("provider", "calendar", "number"), name="calendar_version_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Clause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=120)),
                ("wording", models.TextField()),
                ("position", models.PositiveSmallIntegerField(default=0)),
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
                    models.UniqueConstraint(fields=("provider", "code"), name="clause_code_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("signed", "Signed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("draft", models.JSONField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField()),
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
                    "signed_by",
                    calcom_portal.common.owned.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "number"), name="contract_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="contract_ends_after_start",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["provider", "customer"], name="contract_of_customer")
                ],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(blank=True, max_length=240)),
                ("zone", models.CharField(default="America/Los_Angeles", max_length=64)),
                ("is_active", models.BooleanField(default=True)),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "customer", "name"), name="site_name_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
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
                ("vendor", models.CharField(blank=True, max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("serial", models.CharField(blank=True, max_length=80)),
                ("asset_tag", models.CharField(blank=True, max_length=40)),
                ("room", models.CharField(blank=True, max_length=80)),
                ("installed_on", models.DateField(blank=True, null=True)),
                ("installed_by_us", models.BooleanField(default=True)),
                ("retired_on", models.DateField(blank=True, null=True)),
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
                    "site",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="contracts.site",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["provider", "customer", "site", "name"], name="device_by_site"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Cover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField(null=True)),
                (
                    "contract",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="covers",
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
                    "device",
                    calcom_portal.common.owned.OwnedForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.device",
                    ),
                ),
                (
                    "site",
                    calcom_portal.common.owned.OwnedForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.site",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("site__isnull", True), ("device__isnull", True), _connector="OR"
                        ),
                        name="cover_is_one_thing",
                    ),
                    models.UniqueConstraint(
                        fields=("provider", "contract", "site", "device"),
                        name="cover_once",
                        nulls_distinct=False,
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        name="cover_by_one_contract_at_a_time",
                        expressions=[
                            ("customer", "="),
                            (django.db.models.functions.comparison.Coalesce("site", 0), "="),
                            (django.db.models.functions.comparison.Coalesce("device", 0), "="),
                            ("during", "&&"),
                        ],
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Terms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("effective_on", models.DateField()),
                ("tier_code", models.CharField(max_length=20)),
                ("tier_name", models.CharField(max_length=80)),
                ("promise", models.JSONField()),
                ("clauses", models.JSONField()),
                ("created_at", models.DateTimeField()),
                (
                    "calendar",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.calendar",
                    ),
                ),
                (
                    "contract",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="terms",
                        to="contracts.contract",
                    ),
                ),
                (
                    "created_by",
                    calcom_portal.common.owned.OwnedForeignKey(
                        null=True,
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "contract", "number"), name="terms_number_once"
                    )
                ],
                "indexes": [
                    models.Index(fields=["provider", "customer"], name="terms_of_customer")
                ],
            },
        ),
        migrations.CreateModel(
            name="Tier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=80)),
                ("summary", models.CharField(blank=True, max_length=240)),
                ("promise", models.JSONField()),
                ("position", models.PositiveSmallIntegerField(default=0)),
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
                    models.UniqueConstraint(fields=("provider", "code"), name="tier_code_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TierClause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_optional", models.BooleanField(default=False)),
                (
                    "monthly_price",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True),
                ),
                (
                    "clause",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.clause",
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
                    "tier",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tier_clauses",
                        to="contracts.tier",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "tier", "clause"), name="tier_clause_once"
                    )
                ],
            },
        ),
        SecureTable("calendar", customer=READ),
        SecureTable("calendarversion", customer=READ, staff=APPEND, system=APPEND),
        SecureTable("clause", customer=READ),
        SecureTable("tier", customer=READ),
        SecureTable("tierclause", customer=READ, staff=EDIT),
        SecureTable("site", customer_column="customer_id", customer=READ),
        SecureTable("device", customer_column="customer_id", customer=READ),
        SecureTable(
            "contract",
            customer_column="customer_id",
            customer=READ,
            also_for_customer="state = 'signed'",
        ),
        SecureTable("cover", customer_column="customer_id", customer=READ, staff=EDIT),
        SecureTable(
            "terms", customer_column="customer_id", customer=READ, staff=APPEND, system=APPEND
        ),
    ]
