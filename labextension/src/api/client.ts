import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { ISeptApi } from '../tokens';
import { SeptUnreachable, refusalFrom } from './errors';
import type { IOperation } from './operation';

interface IAnswer<Result> {
  readonly data?: Result | null;
  readonly errors?: ReadonlyArray<{ readonly message?: unknown }>;
}

/** GraphQL over Jupyter's own connection, which brings base URL, token and XSRF header. */
export class GraphQLClient implements Pick<ISeptApi, 'execute'> {
  /** @param settings - of the application's service manager */
  constructor(private readonly settings: ServerConnection.ISettings) {}

  /**
   * Ask the server once.
   *
   * @throws SeptRefusal when the server answered with errors
   * @throws SeptUnreachable when there was no GraphQL answer
   */
  async execute<Result, Variables>(
    operation: IOperation<Result, Variables>,
    variables: Variables,
    signal?: AbortSignal
  ): Promise<Result> {
    const response = await this.request(
      { query: operation.text, operationName: operation.name, variables },
      signal
    );
    const answer = await parseAnswer<Result>(response);
    if (answer.errors && answer.errors.length > 0) {
      throw refusalFrom(answer.errors);
    }
    if (!answer.data) {
      throw new SeptUnreachable(
        `The server answered ${response.status} without data.`,
        response.status
      );
    }
    return answer.data;
  }

  private async request(body: object, signal?: AbortSignal): Promise<Response> {
    const url = URLExt.join(this.settings.baseUrl, 'sept/graphql');
    try {
      return await ServerConnection.makeRequest(
        url,
        {
          method: 'POST',
          signal,
          body: JSON.stringify(body),
          headers: {
            'Content-Type': 'application/json',
            Accept: 'application/graphql-response+json, application/json'
          }
        },
        this.settings
      );
    } catch (error) {
      throw new SeptUnreachable(
        error instanceof Error ? error.message : String(error)
      );
    }
  }
}

/** The body as a GraphQL answer; a proxy's error page or a 404 of a server without us is none. */
async function parseAnswer<Result>(
  response: Response
): Promise<IAnswer<Result>> {
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    throw new SeptUnreachable(
      `The server answered ${response.status} ${response.statusText}.`,
      response.status
    );
  }
  if (
    typeof body !== 'object' ||
    body === null ||
    !('data' in body || 'errors' in body)
  ) {
    throw new SeptUnreachable(
      `The server answered ${response.status} ${response.statusText}.`,
      response.status
    );
  }
  return body as IAnswer<Result>;
}
