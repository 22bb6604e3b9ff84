"""Renewal, notice, the steps in the life of a contract, and covers that begin and end within it."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import calcom_portal.common.owned
from calcom_portal.common.rls import APPEND, READ, SecureTable


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_letterhead"),
        ("contracts", "0007_places_within_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContractEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "milestone",
                    models.CharField(
                        choices=[
                            ("signed", "Signed"),
                            ("amended", "Amended"),
                            ("renewed", "Renewed"),
                            ("notice", "Notice given"),
                            ("notice_withdrawn", "Notice withdrawn"),
                            ("cut_short", "Ended early"),
                        ],
                        max_length=16,
                    ),
                ),
                ("on", models.DateField()),
                ("words", models.CharField(max_length=300)),
                ("details", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=120)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ContractPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "horizons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), size=None
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ContractReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("about", models.CharField(max_length=8)),
                ("days", models.PositiveSmallIntegerField()),
                ("of", models.DateField()),
                ("at", models.DateTimeField()),
                ("told", models.BooleanField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.RemoveConstraint(
            model_name="cover",
            name="cover_once",
        ),
        migrations.AddField(
            model_name="contract",
            name="agreed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="contract",
            name="ending",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not decided"),
                    ("notice", "Notice was given"),
                    ("cut_short", "Ended early"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="look_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="contract",
            name="notice_days",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="contract",
            name="renewal_anchor",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="contract",
            name="renewal_months",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="contract",
            name="renewal_rule",
            field=models.CharField(
                choices=[("none", "none"), ("manual", "manual"), ("automatic", "automatic")],
                db_default="none",
                default="none",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="renewals",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(
                condition=models.Q(("look_on__isnull", False)),
                fields=["look_on"],
                name="contract_to_look_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="cover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("during__isnull", True)),
                fields=("provider", "contract", "site", "device"),
                name="cover_drafted_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddField(
            model_name="contractevent",
            name="by",
            field=calcom_portal.common.owned.OwnedForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="contractevent",
            name="contract",
            field=calcom_portal.common.owned.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="contracts.contract",
            ),
        ),
        migrations.AddField(
            model_name="contractevent",
            name="customer",
            field=calcom_portal.common.owned.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.customer",
            ),
        ),
        migrations.AddField(
            model_name="contractevent",
            name="provider",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.provider",
            ),
        ),
        migrations.AddField(
            model_name="contractpolicy",
            name="provider",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.provider",
            ),
        ),
        migrations.AddField(
            model_name="contractreminder",
            name="contract",
            field=calcom_portal.common.owned.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminders",
                to="contracts.contract",
            ),
        ),
        migrations.AddField(
            model_name="contractreminder",
            name="customer",
            field=calcom_portal.common.owned.OwnedForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.customer",
            ),
        ),
        migrations.AddField(
            model_name="contractreminder",
            name="provider",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.provider",
            ),
        ),
        migrations.AddIndex(
            model_name="contractevent",
            index=models.Index(fields=["provider", "contract"], name="event_of_contract"),
        ),
        migrations.AddConstraint(
            model_name="contractevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("milestone", "renewed")),
                fields=("provider", "contract", "on"),
                name="contract_renewed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractpolicy",
            constraint=models.UniqueConstraint(fields=("provider",), name="contract_policy_once"),
        ),
        migrations.AddConstraint(
            model_name="contractreminder",
            constraint=models.UniqueConstraint(
                fields=("provider", "contract", "about", "days", "of"),
                name="contract_reminder_once",
            ),
        ),
        SecureTable(
            "contractevent",
            customer_column="customer_id",
            customer=READ,
            staff=APPEND,
            system=APPEND,
            is_leaf=True,
        ),
        SecureTable(
            "contractreminder",
            customer_column="customer_id",
            staff=READ,
            system=APPEND,
            is_leaf=True,
        ),
        SecureTable("contractpolicy", is_leaf=True),
    ]
