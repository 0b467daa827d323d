import type { ISeptSession } from '../tokens';

/** One model a session, made when first asked for and gone with the session. */
export function modelPerSession<Model extends { dispose(): void }>(
  make: (session: ISeptSession) => Model
): (session: ISeptSession) => Model {
  const models = new WeakMap<ISeptSession, Model>();
  return session => {
    const known = models.get(session);
    if (known) {
      return known;
    }
    const model = make(session);
    models.set(session, model);
    session.panel.disposed.connect(() => model.dispose());
    return model;
  };
}
