/** What became of hostile tries of one kind. */
export interface Account {
  readonly what: string;
  readonly tries: number;
  /** What went wrong, a line each. */
  readonly failures: readonly string[];
}
