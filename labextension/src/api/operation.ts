/**
 * One stored GraphQL operation with the types of its answer and its variables.
 *
 * The values are in generated.ts; features write their operations in `operations.graphql` beside their code.
 */
export interface IOperation<Result, Variables> {
  readonly name: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The document to send, with the fragments it needs. */
  readonly text: string;
  /** Never set: carries the two types. */
  readonly types?: (variables: Variables) => Result;
}
