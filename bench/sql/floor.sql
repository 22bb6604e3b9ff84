SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SELECT setseed(0.42);
INSERT INTO auth_user (id, username, password, is_superuser, is_staff, is_active, first_name, last_name, email, date_joined)
SELECT n, 'technician-' || n, '!', false, true, true, 'Technician', n::text, 'technician' || n || '@floor.example', now()
  FROM generate_series(1, 25) n;
INSERT INTO floor_site_customer (id, name) SELECT n, 'Customer ' || n FROM generate_series(1, 200) n;
INSERT INTO floor_site_ticket (id, reference, subject, state, priority, customer_id, assignee_id, deadline, opened, changed)
SELECT n, 'CC-' || n, 'No dial tone at the front desk, room ' || (n %% 400),
       CASE WHEN n %% 10 = 0 THEN 'open' ELSE 'closed' END,
       CASE WHEN n %% 7 = 0 THEN 'emergency' ELSE 'minor' END,
       1 + floor(power(random(), 2) * 200)::int,
       CASE WHEN n %% 5 < 2 THEN NULL ELSE 1 + floor(random() * 25)::int END,
       now() + random() * interval '14 days',
       now() - random() * interval '3 days', now() - random() * interval '1 day'
  FROM generate_series(1, %(tickets)s) n;
INSERT INTO floor_site_message (ticket_id, author, text, created)
SELECT n, 'A customer', 'No dial tone. It began this morning, and nobody can be reached.', now() FROM generate_series(1, %(tickets)s) n;
INSERT INTO floor_site_message (ticket_id, author, text, created)
SELECT 10, 'A technician', 'We look at it now, and call you back within the hour.', now() FROM generate_series(1, 7) n;
SELECT setval(pg_get_serial_sequence('floor_site_ticket', 'id'), %(tickets)s);
