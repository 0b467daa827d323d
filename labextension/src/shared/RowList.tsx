import * as React from 'react';

/** A list reached by one tab stop: arrows, Home and End move in it, Enter acts. */
export interface IRowListProps<Row> {
  readonly rows: readonly Row[];
  /** The list's accessible name. */
  readonly label: string;
  keyOf(row: Row): string;
  labelOf(row: Row): string;
  render(row: Row): React.ReactNode;
  onChoose(row: Row): void;
}

const STEPS: Readonly<
  Record<string, (index: number, count: number) => number>
> = {
  ArrowDown: (index, count) => Math.min(index + 1, count - 1),
  ArrowUp: index => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1
};

export function RowList<Row>(props: IRowListProps<Row>): JSX.Element {
  const { rows } = props;
  const [current, setCurrent] = React.useState(0);
  const nodes = React.useRef<Array<HTMLButtonElement | null>>([]);
  const tabStop = Math.min(current, rows.length - 1);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step) {
      event.preventDefault();
      const next = step(tabStop, rows.length);
      setCurrent(next);
      nodes.current[next]?.focus();
    }
  };

  return (
    <ul className="sept-RowList" aria-label={props.label} onKeyDown={onKeyDown}>
      {rows.map((row, index) => (
        <li key={props.keyOf(row)}>
          <button
            type="button"
            className="sept-RowList-row"
            ref={node => {
              nodes.current[index] = node;
            }}
            tabIndex={index === tabStop ? 0 : -1}
            aria-label={props.labelOf(row)}
            onFocus={() => setCurrent(index)}
            onClick={() => props.onChoose(row)}
          >
            {props.render(row)}
          </button>
        </li>
      ))}
    </ul>
  );
}
