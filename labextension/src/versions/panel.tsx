import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { VersionFields } from '../api/generated';
import { Avatar, Composer, Skeleton, When } from '../team/parts';
import { ProjectSection } from '../team/section';
import type { ISeptApi, ISeptSession, ISeptSessions } from '../tokens';
import { Comparison } from './comparison';
import { MAX_LABEL, type VersionsModel } from './model';

/** The section "Versions". */
export class VersionsPanel extends ProjectSection<VersionsModel> {
  constructor(
    api: ISeptApi,
    sessions: ISeptSessions,
    modelOf: (session: ISeptSession) => VersionsModel,
    trans: TranslationBundle
  ) {
    super(api, sessions, modelOf, trans, {
      label: trans.__('Versions'),
      whyShare: trans.__(
        'Keep the notebook under a name before a bold change, compare cell by cell later, and go back.'
      )
    });
    this.id = 'sept-versions';
  }

  protected content(model: VersionsModel): React.ReactNode {
    return model.compared
      ? this.comparison(model, model.compared)
      : this.list(model, model.data ?? []);
  }

  private list(
    model: VersionsModel,
    versions: readonly VersionFields[]
  ): React.ReactNode {
    const { trans } = this;
    return (
      <>
        <Composer
          label={trans.__('Name of the new version')}
          placeholder={trans.__('Name this version…')}
          submit={trans.__('Save version')}
          maxLength={MAX_LABEL}
          trans={trans}
          onSubmit={label => model.save(label)}
        />
        {versions.length === 0 && (
          <p className="sept-Hint">
            {trans.__('No versions yet. Name the first one above.')}
          </p>
        )}
        <ul className="sept-Versions" aria-label={trans.__('Versions')}>
          {versions.map(version => (
            <li key={version.id} className="sept-Version">
              <div
                className={`sept-Version-label ${version.kind === 'MANUAL' ? '' : 'sept-mod-automatic'}`}
              >
                <span className="sept-Version-seq">{version.seq}</span>
                {version.label}
              </div>
              <div className="sept-Comment-head">
                <Avatar initials={version.author.initials} />
                <span className="sept-Version-author">
                  {version.author.displayName}
                </span>
                <When at={version.createdAt} />
              </div>
              <div className="sept-Thread-acts">
                <button
                  type="button"
                  className="sept-LinkButton"
                  aria-label={trans.__('Compare %1 with now', version.label)}
                  onClick={() => void model.compare(version)}
                >
                  {trans.__('Compare with now')}
                </button>
                <button
                  type="button"
                  className="sept-LinkButton"
                  aria-label={trans.__('Restore %1', version.label)}
                  onClick={() => void this.restore(model, version)}
                >
                  {trans.__('Restore')}
                </button>
              </div>
            </li>
          ))}
        </ul>
      </>
    );
  }

  private comparison(
    model: VersionsModel,
    version: VersionFields
  ): React.ReactNode {
    const { trans } = this;
    return (
      <>
        <div className="sept-Thread-acts">
          <button
            type="button"
            className="sept-LinkButton"
            onClick={() => model.closeComparison()}
          >
            {trans.__('All versions')}
          </button>
          <button
            type="button"
            className="sept-LinkButton"
            onClick={() => void this.restore(model, version)}
          >
            {trans.__('Restore')}
          </button>
        </div>
        <h3 className="sept-Section-title">
          {trans.__('From %1 to now', `${version.seq} ${version.label}`)}
        </h3>
        {model.diff ? (
          <Comparison
            diff={model.diff}
            trans={trans}
            onGoTo={id => void this.goTo(model.session, id)}
          />
        ) : (
          <Skeleton label={trans.__('Comparing')} />
        )}
      </>
    );
  }

  private async goTo(session: ISeptSession, cellId: string): Promise<void> {
    const cell = session.cellOf(cellId);
    if (cell) {
      await session.panel.content.scrollToCell(cell);
    }
  }

  private async restore(
    model: VersionsModel,
    version: VersionFields
  ): Promise<void> {
    const { trans } = this;
    const answer = await showDialog({
      title: trans.__('Restore “%1”?', version.label),
      body: trans.__(
        'The notebook becomes what it was then. As it is now, it is saved as a version first, so you can come back.'
      ),
      buttons: [
        Dialog.cancelButton(),
        Dialog.okButton({ label: trans.__('Restore') })
      ]
    });
    if (!answer.button.accept) {
      return;
    }
    try {
      const before = await model.restore(version);
      model.session.announce(
        trans.__(
          'Restored. The notebook as it was before is version %1.',
          before
        )
      );
    } catch (error) {
      model.problem = error;
      this.update();
    }
  }
}
