import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import calcom_portal.common.owned
from calcom_portal.common.rls import APPEND, EDIT, READ, WRITE, SecureTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_people_and_tenants"),
        ("contracts", "0001_promises"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("metric", models.CharField(max_length=8)),
                ("state", models.CharField(max_length=8)),
                ("due_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "rung_shares",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "rung_times",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateTimeField(), default=list, size=None
                    ),
                ),
                ("next_rung", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["next_at", "id"],
                        name="clock_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("reference", models.CharField(max_length=24)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("problem", "Problem"),
                            ("programming", "Programming change"),
                            ("restore", "Restore"),
                            ("firmware", "Firmware update"),
                            ("inspection", "Inspection"),
                            ("training", "Training"),
                            ("installation", "Installation"),
                            ("question", "Question"),
                        ],
                        default="problem",
                        max_length=16,
                    ),
                ),
                ("subject", models.CharField(max_length=200)),
                ("state", models.CharField(default="open", max_length=8)),
                (
                    "priority",
                    models.CharField(
                        choices=[("emergency", "Emergency"), ("minor", "Minor problem")],
                        default="minor",
                        max_length=10,
                    ),
                ),
                ("priority_reason", models.CharField(blank=True, max_length=240)),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("promise_reason", models.CharField(max_length=240)),
                ("opened_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("responded_at", models.DateTimeField(null=True)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("next_deadline_at", models.DateTimeField(null=True)),
                ("next_metric", models.CharField(blank=True, max_length=8)),
                ("wake_at", models.DateTimeField(null=True)),
                ("hold_party", models.CharField(blank=True, max_length=16)),
                ("hold_reason", models.CharField(blank=True, max_length=240)),
                ("scheduled_from", models.DateTimeField(null=True)),
                ("scheduled_to", models.DateTimeField(null=True)),
                (
                    "assignee",
                    calcom_portal.common.owned.OwnedForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "calendar_version",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.calendarversion",
                    ),
                ),
                (
                    "continues",
                    calcom_portal.common.owned.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.device",
                    ),
                ),
                (
                    "merged_into",
                    calcom_portal.common.owned.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticket",
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
                    "reporter",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
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
                (
                    "terms",
                    calcom_portal.common.owned.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.terms",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["open", "held"])),
                        fields=["provider", "next_deadline_at", "id"],
                        name="ticket_queue",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("assignee__isnull", True), ("state__in", ["open", "held"])
                        ),
                        fields=["provider", "next_deadline_at", "id"],
                        name="ticket_queue_unassigned",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("assignee__isnull", False), ("state__in", ["open", "held"])
                        ),
                        fields=["provider", "assignee", "next_deadline_at", "id"],
                        name="ticket_queue_mine",
                    ),
                    models.Index(
                        condition=models.Q(("state", "held")),
                        fields=["provider", "next_deadline_at", "id"],
                        name="ticket_queue_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["open", "held"])),
                        fields=["provider", "customer", "next_deadline_at", "id"],
                        name="ticket_queue_customer",
                    ),
                    models.Index(
                        fields=["provider", "customer", "-number"], name="ticket_of_customer"
                    ),
                    models.Index(fields=["provider", "-changed_at"], name="ticket_newest_change"),
                    models.Index(fields=["provider", "device", "-number"], name="ticket_of_device"),
                    models.Index(
                        condition=models.Q(("wake_at__isnull", False)),
                        fields=["wake_at"],
                        name="ticket_to_wake",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "number"), name="ticket_number_once"
                    ),
                    models.UniqueConstraint(
                        fields=("provider", "reference"), name="ticket_reference_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("scheduled_from__isnull", True), ("scheduled_to__isnull", True)
                            ),
                            ("scheduled_to__gt", models.F("scheduled_from")),
                            _connector="OR",
                        ),
                        name="ticket_schedule_has_length",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rung",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("metric", models.CharField(max_length=8)),
                ("share", models.PositiveSmallIntegerField()),
                ("due_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField()),
                ("told", models.BooleanField()),
                (
                    "clock",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rungs",
                        to="tickets.clock",
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
                    models.Index(fields=["provider", "ticket", "share"], name="rung_of_ticket")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "clock", "share"), name="rung_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("author_name", models.CharField(max_length=120)),
                ("from_staff", models.BooleanField()),
                ("internal", models.BooleanField(default=False)),
                ("text", models.TextField()),
                ("html", models.TextField()),
                ("created_at", models.DateTimeField()),
                (
                    "author",
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
                (
                    "ticket",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["provider", "ticket", "id"], name="message_of_ticket")
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("actor_name", models.CharField(max_length=120)),
                ("details", models.JSONField(default=dict)),
                ("number", models.BigIntegerField()),
                ("body", models.TextField()),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                (
                    "actor",
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
                (
                    "ticket",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["provider", "ticket", "number"], name="fact_of_ticket")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "number"), name="fact_number_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="clock",
            name="ticket",
            field=calcom_portal.common.owned.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="clocks",
                to="tickets.ticket",
            ),
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("internal", models.BooleanField(default=False)),
                ("name", models.CharField(max_length=200)),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
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
                    "message",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="tickets.message",
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
                    models.Index(fields=["provider", "message"], name="attachment_of_message"),
                    models.Index(fields=["provider", "ticket"], name="attachment_of_ticket"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField(default=1000)),
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
                    models.UniqueConstraint(fields=("provider",), name="ticket_counter_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("metric", models.CharField(max_length=8)),
                ("outcome", models.CharField(max_length=8)),
                ("due_at", models.DateTimeField()),
                ("stopped_at", models.DateTimeField(null=True)),
                ("sealed_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=240)),
                (
                    "corrects",
                    calcom_portal.common.owned.OwnedForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.verdict",
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
                    "ticket",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["provider", "ticket"], name="verdict_of_ticket"),
                    models.Index(
                        fields=["provider", "customer", "sealed_at"], name="verdict_of_customer"
                    ),
                    models.Index(
                        condition=models.Q(("corrects__isnull", False)),
                        fields=["provider", "corrects"],
                        name="verdict_correction",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("corrects__isnull", True)),
                        fields=("provider", "ticket", "metric"),
                        name="verdict_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Watcher",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "membership",
                    calcom_portal.common.owned.OwnedForeignKey(
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
                (
                    "ticket",
                    calcom_portal.common.owned.OwnedForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="watchers",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "ticket", "membership"), name="watcher_once"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                fields=("provider", "ticket", "metric"), name="clock_once"
            ),
        ),
        SecureTable("ticketcounter", customer=WRITE),
        SecureTable("ticket", customer_column="customer_id", customer=WRITE),
        SecureTable(
            "watcher", is_leaf=True, customer_column="customer_id", customer=EDIT, staff=EDIT
        ),
        SecureTable(
            "fact", customer_column="customer_id", customer=APPEND, staff=APPEND, system=APPEND
        ),
        SecureTable("clock", customer_column="customer_id", customer=WRITE),
        SecureTable(
            "rung",
            is_leaf=True,
            customer_column="customer_id",
            customer=READ,
            staff=APPEND,
            system=APPEND,
        ),
        SecureTable(
            "verdict", customer_column="customer_id", customer=APPEND, staff=APPEND, system=APPEND
        ),
        SecureTable(
            "message",
            customer_column="customer_id",
            customer=APPEND,
            staff=APPEND,
            system=APPEND,
            also_for_customer="NOT internal",
        ),
        SecureTable(
            "attachment",
            is_leaf=True,
            customer_column="customer_id",
            customer=APPEND,
            staff=APPEND,
            system=APPEND,
            also_for_customer="NOT internal",
        ),
    ]
