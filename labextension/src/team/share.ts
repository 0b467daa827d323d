import { ShareNotebook } from '../api/generated';
import { newId } from '../shared/uuid';
import type { ISeptApi, ISeptSession } from '../tokens';

/** The key of the notebook's metadata that holds our one value, `notebook`: its UUID. */
const KEY = 'sept';

/**
 * Share an open notebook: give it an identity, save it, and make it a project.
 *
 * The identity goes into the document first and is saved with it, so that file and open document stay the same.
 * When the server refuses, the document keeps an identity that means nothing yet; sharing again uses it.
 *
 * @param workspaceId - default: the person's first workspace, made for them if there is none
 */
export async function shareNotebook(
  api: ISeptApi,
  session: ISeptSession,
  workspaceId: string | null = null
): Promise<void> {
  const { context } = session.panel;
  const { model } = context;
  const known = model.getMetadata(KEY) as { notebook?: unknown } | undefined;
  const id = typeof known?.notebook === 'string' ? known.notebook : newId();
  if (known?.notebook !== id) {
    model.setMetadata(KEY, { ...known, notebook: id });
  }
  await context.save();
  await api.execute(ShareNotebook, {
    input: { id, path: session.path, workspaceId, title: null }
  });
  session.refresh();
}
