import type { Database, Queryable } from './database.js';

/** Steps from an empty database to today's, in order. A step that was released is never changed: add the next one. */
const migrations: readonly { readonly name: string; readonly statements: readonly string[] }[] = [
  {
    name: 'ledger',
    statements: [
      // Names are case-insensitive on GitHub; `fork` is the lower-case `owner/repo`, the other two are as GitHub writes them.
      `CREATE TABLE modprobot.forks (
        fork text PRIMARY KEY,
        owner text NOT NULL,
        repo text NOT NULL,
        installation_id bigint NOT NULL,
        default_branch text NOT NULL,
        head text NOT NULL,
        base text NOT NULL,
        base_head text NOT NULL,
        config jsonb,
        config_origin text,
        config_errors jsonb NOT NULL DEFAULT '[]',
        synced_at timestamptz NOT NULL DEFAULT now()
      )`,
      `CREATE TABLE modprobot.drivers (
        fork text NOT NULL REFERENCES modprobot.forks (fork) ON DELETE CASCADE,
        attr text NOT NULL,
        driver jsonb NOT NULL,
        options jsonb NOT NULL,
        upstream text,
        tags_digest text,
        outcome jsonb,
        updated_at timestamptz,
        PRIMARY KEY (fork, attr)
      )`,
      'CREATE INDEX drivers_upstream ON modprobot.drivers (upstream)',
      `CREATE TABLE modprobot.upstreams (
        url text PRIMARY KEY,
        tags jsonb NOT NULL,
        digest text NOT NULL,
        checked_at timestamptz NOT NULL DEFAULT now()
      )`,
      `CREATE TABLE modprobot.builds (
        derivation text PRIMARY KEY,
        result jsonb NOT NULL,
        log text NOT NULL,
        built_at timestamptz NOT NULL DEFAULT now()
      )`,
      `CREATE TABLE modprobot.pull_requests (
        fork text NOT NULL,
        attr text NOT NULL,
        base text NOT NULL,
        head text NOT NULL,
        number integer NOT NULL,
        version text NOT NULL,
        state text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (fork, attr, base)
      )`,
      `CREATE TABLE modprobot.other_repositories (
        repository text PRIMARY KEY,
        seen_at timestamptz NOT NULL DEFAULT now()
      )`,
      `CREATE TABLE modprobot.deliveries (
        id text PRIMARY KEY,
        seen_at timestamptz NOT NULL DEFAULT now()
      )`,
    ],
  },
  {
    name: 'running jobs',
    statements: [
      `CREATE TABLE modprobot.running (
        queue text NOT NULL,
        key text NOT NULL,
        job uuid NOT NULL,
        beat timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (queue, key)
      )`,
    ],
  },
  {
    name: 'first sight of tags',
    statements: [
      // `seen_at` is null for the first list of an upstream; see FirstSight.
      `CREATE TABLE modprobot.seen_tags (
        url text NOT NULL,
        name text NOT NULL,
        commit text,
        seen_at timestamptz,
        PRIMARY KEY (url, name)
      )`,
      `INSERT INTO modprobot.seen_tags (url, name, commit)
       SELECT url, tag ->> 'name', tag ->> 'commit' FROM modprobot.upstreams, jsonb_array_elements(tags) AS tag`,
      `CREATE TABLE modprobot.upstream_failures (
        url text PRIMARY KEY,
        failures integer NOT NULL,
        rests_until timestamptz NOT NULL
      )`,
    ],
  },
  {
    name: 'releases and their assets',
    statements: [
      `CREATE TABLE modprobot.releases (
        url text PRIMARY KEY,
        releases jsonb NOT NULL,
        etag text,
        checked_at timestamptz NOT NULL DEFAULT now()
      )`,
      `CREATE TABLE modprobot.seen_assets (
        url text NOT NULL,
        asset text NOT NULL,
        sha256 text NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (url, asset)
      )`,
    ],
  },
  {
    name: 'searches',
    statements: [
      `CREATE TABLE modprobot.searches (
        attr text PRIMARY KEY,
        found jsonb NOT NULL,
        searched_at timestamptz NOT NULL
      )`,
    ],
  },
  {
    name: 'rests of drivers',
    statements: [
      `ALTER TABLE modprobot.drivers
        ADD COLUMN base_head text,
        ADD COLUMN tries integer NOT NULL DEFAULT 0,
        ADD COLUMN rests_until timestamptz`,
    ],
  },
];

/** Any number that nothing else in the database uses as an advisory lock: "modprobo" in ASCII would not fit an int. */
const migrationLock = 7_066_672;

/** Brings the schema `modprobot` to the newest version. Processes that start at once wait for each other. */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await transaction.query('CREATE SCHEMA IF NOT EXISTS modprobot');
    await transaction.query(
      'CREATE TABLE IF NOT EXISTS modprobot.migrations (number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    await applyMissing(transaction);
  });
}

async function applyMissing(transaction: Queryable): Promise<void> {
  const [row] = await transaction.query<{ last: number | null }>(
    'SELECT max(number) AS last FROM modprobot.migrations',
  );
  const last = row?.last ?? 0;
  for (const [index, migration] of migrations.entries()) {
    const number = index + 1;
    if (number <= last) continue;
    for (const statement of migration.statements) await transaction.query(statement);
    await transaction.query('INSERT INTO modprobot.migrations (number, name) VALUES ($1, $2)', [
      number,
      migration.name,
    ]);
  }
}
