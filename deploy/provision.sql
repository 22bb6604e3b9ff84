-- Roles, extensions and rights of one portal database. Run by the cluster's administrator while
-- connected to that database: `python -m calcom_portal.provision`. May be run again at any time.
-- Passwords are not here: the program sets them from DATABASE_URL and DATABASE_OWNER_URL.
--
--   portal_owner     owns every table and runs the migrations; policies are forced on it as well
--   portal_app       what web, worker and beat log in as; no rights of its own
--   portal_customer  what portal_app becomes inside a customer's scope
--   portal_staff     what portal_app becomes inside a provider's scope
--   portal_system    what portal_app becomes inside a named worker's scope

DO $$
DECLARE
    wanted record;
BEGIN
    IF current_setting('server_version_num')::integer < 180000 THEN
        RAISE EXCEPTION 'The portal needs PostgreSQL 18 or newer; this is %.', current_setting('server_version')
            USING HINT = 'Its audit trail reads old and new values of one UPDATE (RETURNING old).';
    END IF;

    FOR wanted IN
        SELECT * FROM (VALUES
            ('portal_owner', 'LOGIN'),
            ('portal_app', 'LOGIN NOINHERIT'),
            ('portal_customer', 'NOLOGIN'),
            ('portal_staff', 'NOLOGIN'),
            ('portal_system', 'NOLOGIN')
        ) AS roles (name, attributes)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
            EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.attributes);
        END IF;
    END LOOP;

    IF EXISTS (
        SELECT FROM pg_roles
        WHERE rolname IN ('portal_owner', 'portal_app', 'portal_customer', 'portal_staff', 'portal_system')
          AND (rolsuper OR rolbypassrls)
    ) THEN
        RAISE EXCEPTION 'A portal role is a superuser or has BYPASSRLS, so row-level security would not hold.'
            USING HINT = 'ALTER ROLE … NOSUPERUSER NOBYPASSRLS; then run this again.';
    END IF;
END
$$;

-- The login roles step into a scope with SET ROLE and hold its rights only until the end of the
-- transaction. The owner does so as well, in data migrations.
GRANT portal_customer, portal_staff, portal_system TO portal_app WITH INHERIT FALSE, SET TRUE;
GRANT portal_customer, portal_staff, portal_system TO portal_owner WITH INHERIT FALSE, SET TRUE;

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO portal_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO portal_app', current_database());
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO portal_owner;
GRANT USAGE ON SCHEMA public TO portal_app, portal_customer, portal_staff, portal_system;
