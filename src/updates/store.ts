/** The write transaction that updates run in, revision locked; given by the caller, never opened here. */
export interface Transaction {
  query(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>
}
