SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '256MB';
SET timezone = 'America/Los_Angeles';
SELECT setseed(0.42);
CREATE TEMP TABLE place (number int, customer bigint, site bigint, device bigint, reporter bigint,
                         contract bigint, terms bigint, promises boolean);
CREATE TEMP TABLE technician (number int, id bigint);
