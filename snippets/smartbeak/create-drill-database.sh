#!/usr/bin/env bash
# Create the tables that the runbooks read, with a handful of rows, in an empty database.
# For drills and for a laptop. Refuses to touch a database that already holds articles.
# Connects as libpq's variables say: PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD.
set -euo pipefail

if [ "$(psql -XAtc "SELECT to_regclass('public.articles') IS NULL")" != t ]; then
  echo "refused: this database already holds articles" >&2
  exit 1
fi

psql -X -q -v ON_ERROR_STOP=1 --single-transaction <<'SQL'
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  must_reset_password boolean NOT NULL DEFAULT false
);
CREATE TABLE sessions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users,
  ip inet NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
CREATE TABLE api_keys (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users,
  prefix text NOT NULL UNIQUE,
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  user_id bigint REFERENCES users,
  action text NOT NULL,
  target text,
  ip inet
);
CREATE TABLE blocked_networks (
  network cidr PRIMARY KEY,
  reason text NOT NULL,
  blocked_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz
);
CREATE TABLE articles (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title text NOT NULL,
  status text NOT NULL CHECK (status IN ('draft', 'scheduled', 'published')),
  publish_at timestamptz,
  published_at timestamptz
);
CREATE TABLE subscriptions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users,
  provider text NOT NULL CHECK (provider IN ('stripe', 'paddle')),
  provider_reference text NOT NULL UNIQUE,
  status text NOT NULL CHECK (status IN ('active', 'past_due', 'canceled')),
  current_period_end timestamptz NOT NULL,
  synced_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE payments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subscription_id bigint REFERENCES subscriptions,
  provider text NOT NULL CHECK (provider IN ('stripe', 'paddle')),
  provider_reference text NOT NULL UNIQUE,
  amount_cents integer NOT NULL,
  currency text NOT NULL,
  status text NOT NULL CHECK (status IN ('succeeded', 'failed', 'refunded')),
  failure_code text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE webhook_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  provider text NOT NULL CHECK (provider IN ('stripe', 'paddle')),
  provider_event_id text NOT NULL UNIQUE,
  type text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  processed_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  last_error text
);
CREATE TABLE feature_flags (
  name text PRIMARY KEY,
  enabled boolean NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT current_user
);
CREATE TABLE schema_migrations (
  version text PRIMARY KEY,
  name text NOT NULL,
  release text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);

DO $$ BEGIN
  CREATE ROLE smartbeak_app NOLOGIN;
  CREATE ROLE smartbeak_app_a LOGIN IN ROLE smartbeak_app;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO smartbeak_app;

INSERT INTO users (email) SELECT format('author%s@example.com', n) FROM generate_series(1, 20) AS n;
INSERT INTO sessions (user_id, ip, created_at)
  SELECT id, '192.0.2.10', now() - interval '1 day' FROM users;
INSERT INTO sessions (user_id, ip) VALUES (7, '203.0.113.66');
INSERT INTO api_keys (user_id, prefix, last_used_at)
  SELECT id, format('sbk_%s', substr(md5(email), 1, 8)), now() - interval '2 hours' FROM users WHERE id <= 10;
INSERT INTO audit_log (at, user_id, action, target, ip)
  SELECT now() - n * interval '3 minutes', NULL, 'sign-in.failed', format('author%s@example.com', 1 + n % 20), '203.0.113.66'
  FROM generate_series(1, 60) AS n;
INSERT INTO audit_log (at, user_id, action, target, ip) VALUES
  (now() - interval '2 minutes', 7, 'sign-in.succeeded', NULL, '203.0.113.66'),
  (now() - interval '1 minute', 7, 'export.created', 'subscribers.csv', '203.0.113.66');
INSERT INTO articles (title, status, publish_at, published_at)
  SELECT format('Article %s', n), 'published', now() - n * interval '1 hour', now() - n * interval '1 hour' FROM generate_series(1, 50) AS n;
INSERT INTO articles (title, status, publish_at)
  SELECT format('Planned %s', n), 'scheduled', now() + n * interval '1 hour' FROM generate_series(1, 15) AS n;
INSERT INTO subscriptions (user_id, provider, provider_reference, status, current_period_end)
  SELECT id, 'stripe', format('sub_stripe%s', id), 'active', now() + interval '12 days' FROM users WHERE id <= 12;
INSERT INTO subscriptions (user_id, provider, provider_reference, status, current_period_end)
  SELECT id, 'paddle', format('sub_paddle%s', id), 'active', now() + interval '12 days' FROM users WHERE id > 12;
INSERT INTO payments (subscription_id, provider, provider_reference, amount_cents, currency, status, created_at)
  SELECT id, provider, format('pay_%s', id), 1200, 'EUR', 'succeeded', now() - id * interval '20 minutes' FROM subscriptions;
INSERT INTO payments (subscription_id, provider, provider_reference, amount_cents, currency, status, created_at)
  VALUES (3, 'stripe', 'pay_3_again', 1200, 'EUR', 'succeeded', now() - interval '59 minutes');
INSERT INTO payments (subscription_id, provider, provider_reference, amount_cents, currency, status, failure_code)
  SELECT NULL, 'stripe', format('pay_declined_%s', n), 100, 'EUR', 'failed', 'card_declined' FROM generate_series(1, 8) AS n;
INSERT INTO webhook_events (provider, provider_event_id, type, received_at, processed_at, attempts)
  SELECT 'stripe', format('evt_%s', n), 'invoice.paid', now() - n * interval '5 minutes', now() - n * interval '5 minutes', 1
  FROM generate_series(1, 40) AS n;
INSERT INTO webhook_events (provider, provider_event_id, type, received_at, processed_at, attempts, last_error)
  VALUES ('paddle', 'evt_paddle_1', 'transaction.completed', now() - interval '9 minutes', now() - interval '7 minutes', 2, 'connection terminated');
INSERT INTO feature_flags (name, enabled) VALUES
  ('checkout-stripe', true), ('checkout-paddle', true), ('deployments-frozen', false), ('new-editor', true), ('sign-in-challenge', false);
INSERT INTO schema_migrations (version, name, release) VALUES
  ('20261102090000', 'add-api-keys', 'v2026.45.1'), ('20261109090000', 'add-article-summary', 'v2026.46.2');
ALTER TABLE articles ADD COLUMN summary text;
SQL

psql -XAtc "SELECT count(*) || ' articles, ' || (SELECT count(*) FROM payments) || ' payments' FROM articles"
