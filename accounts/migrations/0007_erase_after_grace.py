"""Deletion of a whole provider: the grace that nobody can shorten, and the one way to erase.

See docs/adr on deleting providers.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION portal_keep_grace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.deletion_due_at < public.portal_now() + interval '30 days' - interval '1 minute' THEN
        RAISE EXCEPTION 'A provider is deleted thirty days after it was asked for, not sooner.'
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_grace BEFORE INSERT OR UPDATE OF deletion_due_at ON accounts_provider
   FOR EACH ROW WHEN (NEW.deletion_due_at IS NOT NULL) EXECUTE FUNCTION portal_keep_grace();
"""

# Runs as its owner, who has a policy to read and delete the rows of the one provider that
# app.erased_provider names (see common.grants): policies are forced on the owner too.
ERASE = """
CREATE FUNCTION portal_erase_rows(erased bigint, target regclass, most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    is_root boolean := target = 'public.accounts_provider'::regclass;
    gone bigint;
BEGIN
    PERFORM set_config('app.erased_provider', erased::text, true);
    IF NOT EXISTS (
        SELECT FROM public.accounts_provider
         WHERE id = erased AND deletion_due_at <= public.portal_now()
    ) THEN
        RAISE EXCEPTION 'Provider % is not due for deletion.', erased
              USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_policy WHERE polrelid = target AND polname = 'portal_owner_deletes'
    ) THEN
        RAISE EXCEPTION '% does not belong to providers.', target
              USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format(
        'DELETE FROM %1$s WHERE ctid = ANY(ARRAY('
        'SELECT ctid FROM %1$s WHERE %2$I = $1 LIMIT $2))',
        target, CASE WHEN is_root THEN 'id' ELSE 'provider_id' END
    ) USING erased, most;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('app.erased_provider', '', true);
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION portal_erase_rows(bigint, regclass, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_erase_rows(bigint, regclass, integer) TO portal_system;
"""


class Migration(migrations.Migration):
    """Guard the grace and erase by one function."""

    dependencies = [("accounts", "0006_seed_plans")]
    operations = [
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER keep_grace ON accounts_provider; DROP FUNCTION portal_keep_grace();",
        ),
        migrations.RunSQL(ERASE, "DROP FUNCTION portal_erase_rows(bigint, regclass, integer);"),
    ]
