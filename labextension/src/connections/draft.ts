import type { ConnectionFields, Role } from '../api/generated';
import type { Kind } from './model';

/** What a form holds: a connection that is not stored yet, or changes of one that is. */
export interface IDraft {
  /** null: a new one. */
  readonly id: string | null;
  readonly kind: string;
  readonly name: string;
  readonly parameters: ReadonlyArray<{
    readonly name: string;
    readonly value: string;
  }>;
  /** Empty: none is given, and the stored one stays. It never comes back from the server. */
  readonly secret: string;
  readonly isSecretRemoved: boolean;
  readonly minimumRole: Role;
  readonly isReadOnly: boolean;
}

/** A new connection of a kind. */
export function newDraft(kind: string): IDraft {
  return {
    id: null,
    kind,
    name: '',
    parameters: [],
    secret: '',
    isSecretRemoved: false,
    minimumRole: 'EDITOR',
    isReadOnly: false
  };
}

/** A stored connection, to be changed. */
export function draftOf(connection: ConnectionFields): IDraft {
  const { id, kind, name, parameters, minimumRole, isReadOnly } = connection;
  return {
    id,
    kind,
    name,
    parameters,
    secret: '',
    isSecretRemoved: false,
    minimumRole,
    isReadOnly
  };
}

export function parameterOf(draft: IDraft, name: string): string {
  return draft.parameters.find(one => one.name === name)?.value ?? '';
}

/** The draft with another value of a parameter; an empty one is left out. */
export function withParameter(
  draft: IDraft,
  name: string,
  value: string
): IDraft {
  const others = draft.parameters.filter(one => one.name !== name);
  return {
    ...draft,
    parameters: value === '' ? others : [...others, { name, value }]
  };
}

/** How cells may name a connection. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/** What keeps a draft from being stored: names of fields, `name` for the connection's own. */
export function missingIn(draft: IDraft, kind: Kind): readonly string[] {
  const missing = kind.fields
    .filter(
      field => field.isRequired && parameterOf(draft, field.name).trim() === ''
    )
    .map(field => field.name);
  return NAME.test(draft.name) ? missing : ['name', ...missing];
}
