/** What `%%sql` takes, for completion. */
export const OPTIONS: readonly string[] = [
  '--connection',
  '--dialect',
  '--limit',
  '--as',
  '--pull',
  '--no-cache',
  '--transaction'
];

/** What `--as` takes. */
export const FORMATS: readonly string[] = ['pandas', 'polars', 'arrow'];

/** What `--dialect` takes; the names are those of sept_ext/services/sql_text.py. */
export const DIALECTS: readonly string[] =
  'bigquery clickhouse databricks duckdb mysql oracle postgres redshift snowflake spark sqlite trino tsql'.split(
    ' '
  );
