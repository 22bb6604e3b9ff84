"""Agreed labour rates, and the price list of a provider."""

import django.db.models.deletion
from django.db import migrations, models

import calcom_portal.common.owned
from calcom_portal.common.rls import APPEND, READ, SecureTable


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people_and_tenants"),
        ("contracts", "0003_catalogue_of_models"),
    ]

    operations = [
        migrations.AddField(
            model_name="terms",
            name="rates",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="terms",
            name="rounding",
            field=models.JSONField(null=True),
        ),
        migrations.CreateModel(
            name="RateCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("effective_on", models.DateField()),
                ("rates", models.JSONField()),
                ("rounding", models.JSONField()),
                ("note", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField()),
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
                        fields=("provider", "effective_on"), name="rate_card_once"
                    )
                ],
            },
        ),
        SecureTable("ratecard", customer=READ, staff=APPEND, system=APPEND),
    ]
