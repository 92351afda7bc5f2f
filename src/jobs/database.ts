/** Anything that answers SQL: the database itself, or one transaction of it. */
export interface Queryable {
  /** One statement with its parameters as `$1`, `$2`, …; objects become JSON. */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
}

/**
 * The store behind queue and ledger. Two adapters, one behaviour: PGlite embedded in the process, and a PostgreSQL
 * server. test/contract/store.ts holds both to it.
 */
export interface Database extends Queryable {
  /** `embedded` belongs to one process alone. */
  readonly kind: 'embedded' | 'server';
  /** Several statements without parameters; answers the rows of the last one. */
  script(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Everything that `work` asks is one transaction, rolled back when it throws. */
  transaction<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}
