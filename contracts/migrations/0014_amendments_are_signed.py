"""Amendments wait for a signature too, contracts are cancelled before they begin."""

from django.db import migrations, models

# A contract that renews by itself takes back the amendment that waits for a signature.
SWEEP_MAY_TAKE_BACK = "GRANT UPDATE ON contracts_signingrequest TO portal_system"
NO_MORE = "REVOKE UPDATE ON contracts_signingrequest FROM portal_system"


class Migration(migrations.Migration):
    dependencies = [("contracts", "0013_fill_in_words")]

    operations = [
        migrations.AddField(
            model_name="signature",
            name="no_scan_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="signingrequest",
            name="amendment",
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name="contractevent",
            name="milestone",
            field=models.CharField(
                choices=[
                    ("signed", "Signed"),
                    ("amended", "Amended"),
                    ("renewed", "Renewed"),
                    ("notice", "Notice given"),
                    ("notice_withdrawn", "Notice withdrawn"),
                    ("cut_short", "Ended early"),
                    ("called_off", "Cancelled before it began"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="contractevent",
            name="words",
            field=models.CharField(max_length=600),
        ),
        migrations.RunSQL(SWEEP_MAY_TAKE_BACK, NO_MORE),
    ]
