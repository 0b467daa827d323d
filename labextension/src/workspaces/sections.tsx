import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Role, WorkspaceFields } from '../api/generated';
import { RowList } from '../shared/RowList';
import { Avatar, Composer, When } from '../team/parts';

const ROLES: readonly Role[] = ['ADMIN', 'EDITOR', 'VIEWER'];

/** The notebooks shared in a workspace. */
export function Projects(props: {
  readonly workspace: WorkspaceFields;
  readonly trans: TranslationBundle;
  onOpen(path: string): void;
}): JSX.Element {
  const { workspace, trans } = props;
  if (workspace.projects.length === 0) {
    return (
      <p className="sept-Hint">
        {trans.__(
          'No notebooks yet. Open one and choose “Share this notebook” in the panel at the right.'
        )}
      </p>
    );
  }
  return (
    <RowList
      rows={workspace.projects}
      label={trans.__('Projects')}
      keyOf={project => project.id}
      labelOf={project => `${project.title}, ${project.path}`}
      onChoose={project => props.onOpen(project.path)}
      render={project => (
        <>
          <span className="sept-Row-first">
            <span className="sept-Row-line">{project.title}</span>
          </span>
          <span className="sept-Row-second sept-mod-flush">
            <span className="sept-Row-line" title={project.path}>
              {project.path}
            </span>
            <When at={project.updatedAt} />
          </span>
        </>
      )}
    />
  );
}

/** The members of a workspace, with what an admin may do about them. */
export function Members(props: {
  readonly workspace: WorkspaceFields;
  readonly me: string;
  readonly trans: TranslationBundle;
  onSetRole(userName: string, role: Role): Promise<void>;
  onChangeRole(userName: string, role: Role): void;
  onRemove(userId: string, name: string): void;
}): JSX.Element {
  const { workspace, trans } = props;
  const isAdmin = workspace.role === 'ADMIN';
  return (
    <>
      <ul className="sept-Members" aria-label={trans.__('Members')}>
        {workspace.members.map(({ user, role }) => (
          <li key={user.id} className="sept-Member">
            <Avatar initials={user.initials} />
            <span className="sept-Row-line" title={user.name}>
              {user.displayName}
              {user.id === props.me && (
                <span className="sept-When"> {trans.__('(you)')}</span>
              )}
            </span>
            <RoleChoice
              role={role}
              isEnabled={isAdmin}
              label={trans.__('Role of %1', user.displayName)}
              trans={trans}
              onChoose={chosen => props.onChangeRole(user.name, chosen)}
            />
            {isAdmin && user.id !== props.me && (
              <button
                type="button"
                className="sept-IconButton"
                aria-label={trans.__('Remove %1', user.displayName)}
                title={trans.__('Remove from the workspace')}
                onClick={() => props.onRemove(user.id, user.displayName)}
              >
                <closeIcon.react tag="span" width="12px" height="12px" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {isAdmin && (
        <Composer
          label={trans.__('Name of the new member')}
          placeholder={trans.__('Add a person by sign-in name…')}
          submit={trans.__('Add as editor')}
          maxLength={200}
          trans={trans}
          onSubmit={name => props.onSetRole(name, 'EDITOR')}
        />
      )}
    </>
  );
}

function RoleChoice(props: {
  readonly role: Role;
  readonly isEnabled: boolean;
  readonly label: string;
  readonly trans: TranslationBundle;
  onChoose(role: Role): void;
}): JSX.Element {
  const { trans } = props;
  const names: Readonly<Record<Role, string>> = {
    ADMIN: trans.__('Admin'),
    EDITOR: trans.__('Editor'),
    VIEWER: trans.__('Viewer')
  };
  if (!props.isEnabled) {
    return <span className="sept-When">{names[props.role]}</span>;
  }
  return (
    <select
      className="sept-Select"
      aria-label={props.label}
      value={props.role}
      onChange={event => props.onChoose(event.target.value as Role)}
    >
      {ROLES.map(role => (
        <option key={role} value={role}>
          {names[role]}
        </option>
      ))}
    </select>
  );
}
