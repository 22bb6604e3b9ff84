-- One provider's tickets. Some customers call far more often than others: power(random, 2). The live
-- ones are among the newest. Deadlines lie in the working hours of the coming days; a share has passed.
INSERT INTO tickets_ticket
       (provider_id, customer_id, number, reference, kind, subject, state, priority,
        priority_reason, site_id, device_id, reporter_id, assignee_id, answers, contract_id,
        terms_id, calendar_version_id, promise_reason, opened_at, changed_at, responded_at,
        resolved_at, closed_at, next_deadline_at, next_metric, wake_at, hold_party, hold_reason)
SELECT %(provider)s, place.customer, 1000 + n, %(prefix)s || '-' || (1000 + n),
       (ARRAY['problem','problem','problem','problem','question','programming','firmware',
              'training'])[1 + floor(kind_die * 8)::int],
       (ARRAY['No dial tone at the front desk','Voicemail light stays on','Two phones lost power',
              'Calls drop after ten minutes','Please add an extension for a new colleague',
              'Noise on the line in the meeting room','Fax line does not answer',
              'Holiday greeting for next week'])[1 + floor(subject_die * 8)::int]
         || ', room ' || (n %% 400),
       state, CASE WHEN priority_die < 0.15 THEN 'emergency' ELSE 'minor' END, '',
       place.site, CASE WHEN device_die < 0.5 THEN place.device END, place.reporter,
       CASE WHEN is_live AND owner_die < 0.4 THEN NULL ELSE technician.id END, '{}',
       place.contract, place.terms, %(calendar)s, 'Contract covers the site.',
       opened, changed, CASE WHEN is_live AND answer_die < 0.8 THEN NULL ELSE opened + '2 h' END,
       CASE WHEN is_live THEN NULL ELSE changed END,
       CASE WHEN state = 'closed' THEN changed END,
       CASE WHEN is_live AND place.promises AND answer_die < 0.8 THEN deadline END,
       CASE WHEN is_live AND place.promises AND answer_die < 0.8 THEN 'respond' ELSE '' END,
       CASE WHEN state = 'resolved' THEN now() + random() * interval '6 days' + '1 day' END,
       CASE WHEN state = 'held' THEN 'customer' ELSE '' END,
       CASE WHEN state = 'held' THEN 'Waiting for a call back' ELSE '' END
  FROM (SELECT n, is_live, kind_die, subject_die, priority_die, device_die, owner_die, answer_die,
               place_die, technician_die,
               CASE WHEN is_live THEN CASE WHEN state_die < 0.2 THEN 'held' ELSE 'open' END
                    ELSE CASE WHEN state_die < 0.04 THEN 'resolved' ELSE 'closed' END END AS state,
               CASE WHEN is_live THEN now() - '3 days'::interval * opened_die - '1 min'::interval
                    ELSE now() - interval '3 years' * (1.001 - n / %(tickets)s::float) END AS opened,
               CASE WHEN is_live THEN now() - '1 day'::interval * opened_die * changed_die - '1 min'::interval
                    ELSE now() - interval '3 years' * (1.001 - n / %(tickets)s::float) * changed_die - '2 days'::interval
                    END AS changed,
               CASE WHEN late_die < %(late)s THEN now() - interval '2 days' * opened_die - '1 min'::interval
                    ELSE day + (8 + 9 * hour_die) * interval '1 hour' END AS deadline
          FROM (SELECT n, n > %(tickets)s - %(live)s * 1.5 AND n %% 3 <> 0 OR %(live)s = %(tickets)s AS is_live,
                       random() AS kind_die, random() AS subject_die, random() AS priority_die,
                       random() AS device_die, random() AS owner_die, random() AS answer_die,
                       random() AS state_die, random() AS opened_die, random() AS changed_die,
                       random() AS late_die, random() AS hour_die, random() AS place_die,
                       random() AS technician_die,
                       (ARRAY(SELECT day FROM generate_series(current_date + 1, current_date + 20, '1 day') day
                               WHERE extract(isodow FROM day) < 6))[1 + floor(power(random(), 1.5) * 13)::int] AS day
                  FROM generate_series(1, %(tickets)s) n) AS dice) AS ticket
  JOIN place ON place.number = floor(power(place_die, 2) * %(places)s)::int
  JOIN technician ON technician.number = floor(technician_die * %(technicians)s)::int
 ORDER BY n;

-- The response clock of each ticket, with the rungs that it has passed.
INSERT INTO tickets_clock
       (provider_id, customer_id, ticket_id, metric, state, due_at, stopped_at, rung_shares,
        rung_times, next_rung, next_at, failures)
SELECT provider_id, customer_id, id, 'respond',
       CASE WHEN next_deadline_at IS NULL THEN 'met' WHEN next_deadline_at < now() THEN 'late' ELSE 'running' END,
       coalesce(next_deadline_at, opened_at + '8 h'), responded_at, '{50,75,90,100}',
       ARRAY[due - '4 h'::interval, due - '2 h'::interval, due - '48 min'::interval, due],
       rung, CASE WHEN next_deadline_at IS NULL OR rung = 4 THEN NULL
                  ELSE (ARRAY[due - '4 h'::interval, due - '2 h'::interval, due - '48 min'::interval, due])[rung + 1] END, 0
  FROM (SELECT *, coalesce(next_deadline_at, opened_at + '8 h') AS due,
               CASE WHEN next_deadline_at IS NULL THEN 0
                    WHEN next_deadline_at < now() THEN 4
                    WHEN next_deadline_at - '48 min'::interval < now() THEN 3
                    WHEN next_deadline_at - '2 h'::interval < now() THEN 2
                    WHEN next_deadline_at - '4 h'::interval < now() THEN 1 ELSE 0 END AS rung
          FROM tickets_ticket WHERE provider_id = %(provider)s) AS ticket
 ORDER BY id;

INSERT INTO tickets_fact
       (provider_id, customer_id, ticket_id, kind, at, recorded_at, actor_id, actor_name, details,
        number, body, previous, digest)
SELECT provider_id, customer_id, id, 'opened', opened_at, opened_at, reporter_id, 'A customer',
       jsonb_build_object('priority', priority, 'calendar_id', calendar_version_id::text,
                          'promise_id', terms_id::text),
       number - 1000, '{"ticket":"' || reference || '","kind":"opened"}',
       encode(sha256((number - 1)::text::bytea), 'hex'), encode(sha256(number::text::bytea), 'hex')
  FROM tickets_ticket WHERE provider_id = %(provider)s ORDER BY number;

INSERT INTO tickets_message
       (provider_id, customer_id, ticket_id, author_id, author_name, from_staff, internal, text,
        html, created_at)
SELECT provider_id, customer_id, id, reporter_id, 'A customer', false, false,
       subject || '. It began this morning, and nobody can be reached.',
       '<p>' || subject || '. It began this morning, and nobody can be reached.</p>', opened_at
  FROM tickets_ticket WHERE provider_id = %(provider)s ORDER BY id;

UPDATE accounts_chainhead SET number = %(tickets)s,
       digest = encode(sha256((1000 + %(tickets)s)::text::bytea), 'hex')
 WHERE provider_id = %(provider)s AND chain = 'clock';
UPDATE tickets_ticketcounter SET number = 1000 + %(tickets)s WHERE provider_id = %(provider)s;
