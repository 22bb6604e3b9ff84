"""Results, partitioned by day; the runner's leases; and the hints that it listens to."""

import django.db.models.deletion
from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models

import calcom_portal.common.owned
from calcom_portal.common.rls import APPEND, HAS_ALL_SITES, PARENT, READ, SecureTable

OF_CHECK_IN_REACH = f"{HAS_ALL_SITES} {PARENT.format('monitoring_check', 'of_check_id')}"

RESULTS = """
CREATE TABLE monitoring_result (
    provider_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    of_check_id bigint NOT NULL,
    at timestamptz NOT NULL,
    outcome smallint NOT NULL,
    took_us integer CHECK (took_us >= 0),
    PRIMARY KEY (of_check_id, at)
) PARTITION BY RANGE (at);
CREATE INDEX result_by_time ON monitoring_result USING brin (at) WITH (pages_per_range = 16);
-- For days that nobody has made a partition for; it stays empty while the beat beats.
CREATE TABLE monitoring_result_other PARTITION OF monitoring_result DEFAULT;
"""

# One key to the check proves the customer too, and costs half of two.
WIDE_KEY = """
CREATE UNIQUE INDEX monitoring_check_wide_key ON monitoring_check (provider_id, customer_id, id);
ALTER TABLE monitoring_result ADD CONSTRAINT monitoring_result_of_check_id_wide_fk
    FOREIGN KEY (provider_id, customer_id, of_check_id)
    REFERENCES monitoring_check (provider_id, customer_id, id);
ALTER TABLE monitoring_result DROP CONSTRAINT monitoring_result_customer_id_tenant_fk;
ALTER TABLE monitoring_result DROP CONSTRAINT monitoring_result_of_check_id_tenant_fk;
-- Each result updates its check in place, as long as the page has room.
ALTER TABLE monitoring_check SET (fillfactor = 60);
"""

# The login role may make no tables, so the owner lends its right for exactly this.
KEEP_DAYS = """
CREATE FUNCTION monitoring_keep_days() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today date := (public.portal_now() AT TIME ZONE 'UTC')::date;
    oldest date := today - 14;
    place text;
    day date;
    changed integer := 0;
BEGIN
    -- Dropping and adding partitions waits for the runner; the runner must not wait for it.
    PERFORM set_config('lock_timeout', '3s', true);
    FOR day IN SELECT generate_series(today - 1, today + 7, interval '1 day')::date LOOP
        place := 'monitoring_result_' || to_char(day, 'YYYYMMDD');
        CONTINUE WHEN to_regclass('public.' || place) IS NOT NULL;
        BEGIN
            EXECUTE format(
                'CREATE TABLE public.%I PARTITION OF public.monitoring_result'
                ' FOR VALUES FROM (%L) TO (%L)',
                place, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC'
            );
            changed := changed + 1;
        EXCEPTION WHEN check_violation THEN
            -- Results of that day lie in the partition for all other days already, and may stay.
            NULL;
        END;
    END LOOP;
    FOR place IN
        SELECT relname FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relispartition
           AND relname ~ '^monitoring_result_[0-9]{8}$'
           AND to_date(right(relname, 8), 'YYYYMMDD') < oldest
    LOOP
        EXECUTE format('DROP TABLE public.%I', place);
        changed := changed + 1;
    END LOOP;
    DELETE FROM public.monitoring_result_other WHERE at < oldest::timestamp AT TIME ZONE 'UTC';
    RETURN changed;
END $$;
REVOKE ALL ON FUNCTION monitoring_keep_days() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION monitoring_keep_days() TO portal_system;
SELECT monitoring_keep_days();
"""

# Only when what the runner goes by changes: not for the states that it writes itself.
HINTS = """
CREATE FUNCTION monitoring_hint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(TG_ARGV[0], '');
    RETURN NULL;
END $$;
CREATE TRIGGER runner_hint AFTER INSERT OR DELETE OR UPDATE OF
    connection_id, parent_id, device_id, kind, settings, every_seconds, timeout_ms, failures,
    successes, retry_seconds, paused_at
    ON monitoring_check FOR EACH STATEMENT EXECUTE FUNCTION monitoring_hint('portal_checks');
CREATE TRIGGER runner_hint AFTER INSERT OR DELETE OR UPDATE OF
    transport, agent_id, host, port, settings, credential_id, host_key
    ON monitoring_connection FOR EACH STATEMENT EXECUTE FUNCTION monitoring_hint('portal_checks');
CREATE TRIGGER runner_hint AFTER UPDATE OF sealed
    ON monitoring_credential FOR EACH STATEMENT EXECUTE FUNCTION monitoring_hint('portal_checks');
CREATE TRIGGER runner_hint AFTER INSERT OR DELETE OR UPDATE
    ON monitoring_egressallowance FOR EACH STATEMENT
    EXECUTE FUNCTION monitoring_hint('portal_checks');
CREATE TRIGGER runner_hint AFTER INSERT OR UPDATE OF code_hash, public_key, revoked_at
    ON monitoring_siteagent FOR EACH STATEMENT EXECUTE FUNCTION monitoring_hint('portal_agents');
CREATE TRIGGER runner_hint AFTER INSERT
    ON monitoring_proberequest FOR EACH STATEMENT
    EXECUTE FUNCTION monitoring_hint('portal_questions');
"""
NO_HINTS = """
DROP TRIGGER runner_hint ON monitoring_check;
DROP TRIGGER runner_hint ON monitoring_connection;
DROP TRIGGER runner_hint ON monitoring_credential;
DROP TRIGGER runner_hint ON monitoring_egressallowance;
DROP TRIGGER runner_hint ON monitoring_siteagent;
DROP TRIGGER runner_hint ON monitoring_proberequest;
DROP FUNCTION monitoring_hint();
"""

OUTCOMES = [
    (0, "Alive"),
    (1, "Impaired"),
    (2, "No answer"),
    (3, "Could not be asked"),
    (4, "What lies before it is down"),
]


class Migration(migrations.Migration):
    """Make room for what the runner writes."""

    dependencies = [
        ("accounts", "0009_customers_leave_and_are_audited"),
        ("monitoring", "0002_reports_of_health"),
    ]

    operations = [
        migrations.CreateModel(
            name="RunnerLease",
            fields=[
                ("shard", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("holder", models.CharField(blank=True, max_length=80)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RunnerSeat",
            fields=[
                ("holder", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("version", models.CharField(blank=True, max_length=40)),
                ("started_at", models.DateTimeField()),
                ("beat_at", models.DateTimeField()),
                ("ill_since", models.DateTimeField(null=True)),
                ("figures", models.JSONField(default=dict)),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(RESULTS, "DROP TABLE monitoring_result;")],
            state_operations=[
                migrations.CreateModel(
                    name="Result",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "of_check_id",
                                "at",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("outcome", models.SmallIntegerField(choices=OUTCOMES)),
                        ("took_us", models.PositiveIntegerField(null=True)),
                        (
                            "customer",
                            calcom_portal.common.owned.OwnedForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.customer",
                            ),
                        ),
                        (
                            "of_check",
                            calcom_portal.common.owned.OwnedForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="results",
                                to="monitoring.check",
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
                            BrinIndex(fields=["at"], name="result_by_time", pages_per_range=16)
                        ],
                    },
                ),
            ],
        ),
        SecureTable(
            "Result",
            customer=READ,
            staff=READ,
            system=APPEND,
            customer_column="customer_id",
            also_for_customer=OF_CHECK_IN_REACH,
            is_leaf=True,
        ),
        migrations.RunSQL(
            WIDE_KEY,
            "ALTER TABLE monitoring_result DROP CONSTRAINT monitoring_result_of_check_id_wide_fk;"
            " DROP INDEX monitoring_check_wide_key; ALTER TABLE monitoring_check RESET (fillfactor);",
        ),
        migrations.RunSQL(KEEP_DAYS, "DROP FUNCTION monitoring_keep_days();"),
        migrations.RunSQL(HINTS, NO_HINTS),
    ]
