"""Labour with its verdicts, questions about it, timers, and the monthly statements."""

import django.db.models.deletion
from django.db import migrations, models

import calcom_portal.common.owned
from calcom_portal.common.rls import (
    APPEND,
    EDIT,
    HAS_NO_LIMIT,
    OF_TICKET_IN_REACH,
    PARENT,
    READ,
    SecureTable,
)

OF_ENTRY_IN_REACH = f"{HAS_NO_LIMIT} {PARENT.format('tickets_labourentry', 'entry_id')}"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_limits_of_people"),
        ("contracts", "0005_first_price_list"),
        ("tickets", "0002_tickets_within_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="LabourEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("technician_name", models.CharField(max_length=120)),
                (
                    "work",
                    models.CharField(
                        choices=[
                            ("remote_support", "Remote support"),
                            ("wifi_support", "Wi-Fi support"),
                            ("troubleshooting", "Troubleshooting"),
                            ("reinstallation", "Removal and re-installation"),
                            ("programming", "Programming"),
                            ("restore", "Restore"),
                            ("firmware", "Firmware update"),
                            ("inspection", "Inspection"),
                            ("training", "Training"),
                            ("installation", "Installation"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "equipment",
                    models.CharField(
                        choices=[
                            ("listed", "listed"),
                            ("unnamed", "unnamed"),
                            ("foreign", "foreign"),
                        ],
                        max_length=8,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("day", models.DateField()),
                ("minutes", models.PositiveIntegerField()),
                ("charged_minutes", models.PositiveIntegerField()),
                ("trip", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("logged", "Logged"),
                            ("corrected", "Corrected"),
                            ("struck", "Struck out"),
                            ("goodwill", "Goodwill"),
                            ("dispute", "Settled a question"),
                        ],
                        default="logged",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=240)),
                ("contract_number", models.CharField(blank=True, max_length=20)),
                ("created_at", models.DateTimeField()),
                ("created_by_name", models.CharField(max_length=120)),
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
                    "device",
                    calcom_portal.common.owned.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.device",
                    ),
                ),
                (
                    "fact",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.fact",
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
                    "replaces",
                    calcom_portal.common.owned.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="tickets.labourentry",
                    ),
                ),
                (
                    "technician",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "terms",
                    calcom_portal.common.owned.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.terms",
                    ),
                ),
                (
                    "ticket",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labour",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["provider", "ticket", "id"], name="labour_of_ticket"),
                    models.Index(
                        fields=["provider", "customer", "day", "id"], name="labour_of_customer"
                    ),
                    models.Index(
                        fields=["provider", "technician", "started_at"], name="labour_of_technician"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_at__gt", models.F("started_at"))),
                        name="labour_has_length",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaces__isnull", False)),
                        fields=("provider", "replaces"),
                        name="labour_replaced_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LabourLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "work",
                    models.CharField(
                        choices=[
                            ("remote_support", "Remote support"),
                            ("wifi_support", "Wi-Fi support"),
                            ("troubleshooting", "Troubleshooting"),
                            ("reinstallation", "Removal and re-installation"),
                            ("programming", "Programming"),
                            ("restore", "Restore"),
                            ("firmware", "Firmware update"),
                            ("inspection", "Inspection"),
                            ("training", "Training"),
                            ("installation", "Installation"),
                            ("trip", "Trip"),
                        ],
                        max_length=16,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("in_hours", models.BooleanField()),
                ("minutes", models.PositiveIntegerField()),
                ("charged_minutes", models.PositiveIntegerField()),
                ("covered", models.BooleanField()),
                ("clause", models.CharField(blank=True, max_length=20)),
                ("price", models.CharField(max_length=12)),
                ("unit_price", models.DecimalField(decimal_places=2, max_digits=9)),
                ("currency", models.CharField(max_length=3)),
                ("worth", models.DecimalField(decimal_places=2, max_digits=12)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("reason", models.CharField(max_length=400)),
                (
                    "customer",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.customer",
                    ),
                ),
                (
                    "entry",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="tickets.labourentry",
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
                        fields=("provider", "entry", "position"), name="labour_line_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("covered", False), ("amount", 0), _connector="OR"),
                        name="labour_covered_costs_nothing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LabourQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=1000)),
                ("asked_by_name", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=1000)),
                ("answered_by_name", models.CharField(blank=True, max_length=120)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    calcom_portal.common.owned.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "asked_by",
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
                    "entry",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="tickets.labourentry",
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
                    models.Index(fields=["provider", "ticket"], name="labour_question_of_ticket")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("provider", "entry"),
                        name="labour_question_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LabourTimer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField()),
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
                    "technician",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "technician"), name="labour_timer_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                ("month", models.DateField()),
                ("customer_name", models.CharField(max_length=160)),
                ("customer_number", models.CharField(max_length=20)),
                ("line_count", models.PositiveIntegerField()),
                ("minutes", models.IntegerField()),
                ("totals", models.JSONField(default=list)),
                ("issued_at", models.DateTimeField()),
                ("issued_by_name", models.CharField(max_length=120)),
                (
                    "customer",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.customer",
                    ),
                ),
                (
                    "issued_by",
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
                "indexes": [
                    models.Index(fields=["provider", "-month", "-id"], name="statement_newest")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "number"), name="statement_number_once"
                    ),
                    models.UniqueConstraint(
                        fields=("provider", "customer", "month"), name="statement_of_month_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("work", "Work of the month"),
                            ("late", "Work of an earlier month"),
                            ("reversal", "Taken back"),
                        ],
                        max_length=8,
                    ),
                ),
                ("ticket_reference", models.CharField(max_length=24)),
                ("subject", models.CharField(max_length=200)),
                ("device_name", models.CharField(blank=True, max_length=120)),
                ("technician_name", models.CharField(max_length=120)),
                ("day", models.DateField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("in_hours", models.BooleanField()),
                (
                    "work",
                    models.CharField(
                        choices=[
                            ("remote_support", "Remote support"),
                            ("wifi_support", "Wi-Fi support"),
                            ("troubleshooting", "Troubleshooting"),
                            ("reinstallation", "Removal and re-installation"),
                            ("programming", "Programming"),
                            ("restore", "Restore"),
                            ("firmware", "Firmware update"),
                            ("inspection", "Inspection"),
                            ("training", "Training"),
                            ("installation", "Installation"),
                            ("trip", "Trip"),
                        ],
                        max_length=16,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("minutes", models.IntegerField()),
                ("charged_minutes", models.IntegerField()),
                ("covered", models.BooleanField()),
                ("clause", models.CharField(blank=True, max_length=20)),
                ("price", models.CharField(max_length=12)),
                ("unit_price", models.DecimalField(decimal_places=2, max_digits=9)),
                ("currency", models.CharField(max_length=3)),
                ("worth", models.DecimalField(decimal_places=2, max_digits=12)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("reason", models.CharField(max_length=400)),
                ("contract_number", models.CharField(blank=True, max_length=20)),
                (
                    "customer",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.customer",
                    ),
                ),
                (
                    "line",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.labourline",
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
                    "statement",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="tickets.statement",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "statement", "position"), name="statement_line_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "reversal"), _negated=True),
                        fields=("provider", "line"),
                        name="statement_line_charged_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "reversal")),
                        fields=("provider", "line"),
                        name="statement_line_reversed_once",
                    ),
                ],
            },
        ),
        SecureTable(
            "labourentry",
            customer_column="customer_id",
            also_for_customer=OF_TICKET_IN_REACH,
            customer=READ,
            staff=APPEND,
            system=APPEND,
        ),
        SecureTable(
            "labourline",
            customer_column="customer_id",
            also_for_customer=OF_ENTRY_IN_REACH,
            customer=READ,
            staff=APPEND,
            system=APPEND,
        ),
        SecureTable(
            "labourquestion",
            is_leaf=True,
            customer_column="customer_id",
            also_for_customer=OF_TICKET_IN_REACH,
            customer=APPEND,
        ),
        SecureTable(
            "labourtimer",
            is_leaf=True,
            customer_column="customer_id",
            staff=EDIT,
            system=EDIT,
        ),
        SecureTable(
            "statement",
            customer_column="customer_id",
            also_for_customer=HAS_NO_LIMIT,
            customer=READ,
            staff=APPEND,
            system=APPEND,
        ),
        SecureTable(
            "statementline",
            is_leaf=True,
            customer_column="customer_id",
            also_for_customer=HAS_NO_LIMIT,
            customer=READ,
            staff=APPEND,
            system=APPEND,
        ),
    ]
