import django.db.models.deletion
from django.db import migrations, models

import calcom_portal.common.owned
from calcom_portal.common.rls import APPEND, DROP_IN, SecureTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_people_and_tenants"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("channel", models.CharField(default="mail", max_length=10)),
                ("address", models.EmailField(blank=True, max_length=254)),
                ("subject_ref", models.CharField(blank=True, max_length=40)),
                ("payload", models.JSONField(default=dict)),
                ("event_key", models.CharField(max_length=120)),
                ("dedupe_key", models.CharField(max_length=160)),
                ("digest_key", models.CharField(blank=True, max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "Waiting to be sent"),
                            ("leased", "Being sent"),
                            ("sent", "Handed to the mail server"),
                            ("muted", "Not sent: the person turned this off"),
                            ("dead", "Given up after several tries"),
                        ],
                        default="ready",
                        max_length=8,
                    ),
                ),
                ("not_before", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lease_token", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("message_id", models.CharField(blank=True, max_length=160)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("critical", models.BooleanField(default=False)),
                ("acknowledge_by", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("ladder_step", models.PositiveSmallIntegerField(default=0)),
                ("climbed_at", models.DateTimeField(null=True)),
                (
                    "acknowledged_by",
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
                        null=True,
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
                    "recipient",
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
                "indexes": [
                    models.Index(
                        models.F("critical").desc(),
                        "not_before",
                        "id",
                        condition=models.Q(("state__in", ["ready", "leased"])),
                        name="notice_to_send",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("acknowledge_by__isnull", False),
                            ("acknowledged_at__isnull", True),
                            ("climbed_at__isnull", True),
                        ),
                        fields=["acknowledge_by"],
                        name="notice_to_climb",
                    ),
                    models.Index(fields=["provider", "event_key"], name="notice_by_event"),
                    models.Index(fields=["provider", "state", "-id"], name="notice_newest"),
                    models.Index(
                        fields=["provider", "subject_ref", "id"], name="notice_by_subject"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "dedupe_key"), name="notice_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recipient__isnull", False),
                            models.Q(("address", ""), _negated=True),
                            _connector="XOR",
                        ),
                        name="notice_has_one_recipient",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("sent", "Handed over"),
                            ("deferred", "Later"),
                            ("refused", "Refused for good"),
                            ("unavailable", "Mail server away"),
                        ],
                        max_length=12,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300)),
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
                    "notice",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="notifications.notice",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["provider", "notice"], name="delivery_of_notice")],
            },
        ),
        migrations.CreateModel(
            name="OperatorAlarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=120)),
                ("detail", models.CharField(max_length=500)),
                ("raised_at", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(null=True)),
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
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=("provider", "kind", "subject"),
                        name="alarm_open_once",
                    )
                ],
            },
        ),
        SecureTable("notice", customer_column="customer_id", customer=DROP_IN),
        SecureTable("delivery", is_leaf=True, staff=APPEND, system=APPEND),
        SecureTable("operatoralarm"),
    ]
