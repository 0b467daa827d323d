/**
 * What can go wrong when the server is asked.
 *
 *     Error
 *     ├── SeptRefusal      the server answered with a code (FORBIDDEN, CONFLICT, ...)
 *     └── SeptUnreachable  no answer that GraphQL would give: network, proxy, server without Sept
 */

/** The codes of schema.graphql's head. */
export type RefusalCode =
  | 'BAD_INPUT'
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'CONFLICT'
  | 'LOCKED'
  | 'UNAVAILABLE'
  | 'UNAUTHENTICATED'
  | 'UNKNOWN_VIEW'
  | 'INTERNAL';

/** The server understood and said no. `message` is written for people. */
export class SeptRefusal extends Error {
  /**
   * @param code - one of the contract's codes; INTERNAL for any other
   * @param message - what the server says, for people
   */
  constructor(
    readonly code: RefusalCode,
    message: string
  ) {
    super(message);
    this.name = 'SeptRefusal';
  }
}

/** The server could not be asked. Trying again later may help. */
export class SeptUnreachable extends Error {
  /**
   * @param message - what happened, for people
   * @param status - HTTP status, when there was an answer at all
   */
  constructor(
    message: string,
    readonly status: number | null = null
  ) {
    super(message);
    this.name = 'SeptUnreachable';
  }
}

const CODES: ReadonlySet<string> = new Set<RefusalCode>([
  'BAD_INPUT',
  'NOT_FOUND',
  'FORBIDDEN',
  'CONFLICT',
  'LOCKED',
  'UNAVAILABLE',
  'UNAUTHENTICATED',
  'UNKNOWN_VIEW',
  'INTERNAL'
]);

interface IRawError {
  readonly message?: unknown;
  readonly extensions?: { readonly code?: unknown } | null;
}

/** The first of an answer's `errors` as an exception; later ones are consequences of it. */
export function refusalFrom(errors: readonly IRawError[]): SeptRefusal {
  const first = errors[0] ?? {};
  const code = first.extensions?.code;
  const message =
    typeof first.message === 'string' ? first.message : 'Unknown error';
  return typeof code === 'string' && CODES.has(code)
    ? new SeptRefusal(code as RefusalCode, message)
    : new SeptRefusal('INTERNAL', message);
}
