import { useEffect, useRef, useState } from 'preact/hooks';
import { useScheme } from '../parts/chart.tsx';
import { percent } from '../parts/figures.ts';
import type { Run } from '../parts/run.ts';
import type { Matrix } from './matrix.ts';

interface Props {
  readonly run: Run;
  readonly matrix: Matrix;
  /** Places, in the order they are drawn in. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly cell: number;
  readonly task: number | undefined;
  readonly onTask: (place: number) => void;
  readonly onVariant: (place: number) => void;
}

const HEAD = 18;

/** Tasks by variants on a canvas, of which only what is in sight is drawn. */
export function MatrixCanvas({ run, matrix, rows, columns, cell, task, onTask, onVariant }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<readonly [row: number, column: number] | null>(null);
  const scheme = useScheme();
  const { tasks, variants } = run.document;
  const side = cell >= 10 ? 120 : 0;
  const height = Math.min(560, rows.length * cell + HEAD + 14);
  const draw = useRef(() => {});
  draw.current = () => {
    const [element, frame] = [canvas.current, scroller.current];
    if (!element || !frame) return;
    const [width, high, ratio] = [frame.clientWidth, frame.clientHeight, devicePixelRatio];
    element.width = width * ratio;
    element.height = high * ratio;
    element.style.width = `${width}px`;
    element.style.height = `${high}px`;
    const context = element.getContext('2d')!;
    context.scale(ratio, ratio);
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const [yes, no, warn, bad, ink, faint, ground, accent] = [
      's4',
      'miss',
      'warn',
      'bad',
      'ink',
      'faint',
      'ground',
      'accent',
    ].map(colour);
    const gap = cell >= 5 ? 1 : 0;
    const [top, left] = [frame.scrollTop, frame.scrollLeft];
    const rowsFrom = Math.floor(top / cell);
    const columnsFrom = Math.floor(left / cell);
    const rowsTo = Math.min(rows.length, Math.ceil((top + high) / cell));
    const columnsTo = Math.min(columns.length, Math.ceil((left + width) / cell));
    for (let row = rowsFrom; row < rowsTo; row++)
      for (let column = columnsFrom; column < columnsTo; column++) {
        const place = rows[row]! * matrix.variants + columns[column]!;
        const n = matrix.n[place]!;
        if (n === 0) continue;
        const [x, y, size] = [side + column * cell - left, HEAD + row * cell - top, cell - gap];
        const trouble = matrix.trouble[place]!;
        context.fillStyle = trouble === 2 ? bad! : trouble === 1 ? warn! : no!;
        context.fillRect(x, y, size, size);
        const filled = Math.round(matrix.score[place]! * size * 2) / 2;
        context.fillStyle = yes!;
        context.fillRect(x, y + size - filled, size, filled);
        if (n > 1 && cell >= 16) {
          context.fillStyle = matrix.score[place]! > 0.5 ? ground! : ink!;
          context.font = '10px system-ui, sans-serif';
          context.fillText(String(n), x + size / 2 - 3, y + size / 2 + 4);
        }
      }
    context.font = '11px system-ui, sans-serif';
    context.fillStyle = ground!;
    context.fillRect(0, 0, width, HEAD);
    if (side > 0) context.fillRect(0, 0, side, high);
    context.fillStyle = faint!;
    const every = Math.ceil(38 / cell);
    for (let column = Math.ceil(columnsFrom / every) * every; column < columnsTo; column += every) {
      const x = side + column * cell - left;
      if (x >= side) context.fillText(variants[columns[column]!]!.variant, x, 12);
    }
    if (side > 0)
      for (let row = rowsFrom; row < rowsTo; row++) {
        const y = HEAD + row * cell - top + cell / 2 + 4;
        context.fillStyle = rows[row] === task ? accent! : faint!;
        if (y > HEAD) context.fillText(tasks[rows[row]!]!.task.slice(0, 18), 0, y, side - 6);
      }
    if (at) {
      context.strokeStyle = ink!;
      context.lineWidth = 2;
      context.strokeRect(side + at[1] * cell - left - 1, HEAD + at[0] * cell - top - 1, cell + 1, cell + 1);
    }
  };
  useEffect(() => draw.current(), [matrix, rows, columns, cell, task, at, scheme]);
  useEffect(() => {
    const resized = new ResizeObserver(() => draw.current());
    resized.observe(scroller.current!);
    return () => resized.disconnect();
  }, []);

  const under = (event: MouseEvent): readonly [number, number] | null => {
    const frame = scroller.current!;
    const box = frame.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top - HEAD + frame.scrollTop) / cell);
    const column = Math.floor((event.clientX - box.left - side + frame.scrollLeft) / cell);
    return row >= 0 && row < rows.length && column < columns.length ? [row, Math.max(-1, column)] : null;
  };
  const move = (row: number, column: number) => {
    const to = [
      Math.max(0, Math.min(rows.length - 1, row)),
      Math.max(0, Math.min(columns.length - 1, column)),
    ] as const;
    setAt(to);
    const frame = scroller.current!;
    const [x, y] = [to[1] * cell, to[0] * cell];
    if (x < frame.scrollLeft || x + cell + side > frame.scrollLeft + frame.clientWidth)
      frame.scrollLeft = x - frame.clientWidth / 2;
    if (y < frame.scrollTop || y + cell + HEAD > frame.scrollTop + frame.clientHeight)
      frame.scrollTop = y - frame.clientHeight / 2;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [row, column] = at ?? [0, 0];
    const act: Record<string, () => void> = {
      ArrowRight: () => move(row, at ? column + 1 : 0),
      ArrowLeft: () => move(row, column - 1),
      ArrowDown: () => move(at ? row + 1 : 0, column),
      ArrowUp: () => move(row - 1, column),
      Home: () => move(row, 0),
      End: () => move(row, columns.length - 1),
      Enter: () => at && onVariant(columns[column]!),
      ' ': () => at && onTask(rows[row]!),
    };
    const found = act[event.key];
    if (!found) return;
    event.preventDefault();
    found();
  };
  return (
    <>
      <div class="matrix">
        <canvas ref={canvas} />
        <div
          ref={scroller}
          class="scroller"
          role="application"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is walked by keys
          tabIndex={0}
          aria-label={`${rows.length} tasks by ${columns.length} variants. Arrow keys walk, Enter opens the variant, Space chooses the task. The table below has the same in words.`}
          style={{ height }}
          onScroll={() => draw.current()}
          onKeyDown={onKeyDown}
          onMouseMove={(event) => {
            const cellAt = under(event);
            if (cellAt && cellAt[1] >= 0 && (cellAt[0] !== at?.[0] || cellAt[1] !== at[1])) setAt(cellAt);
          }}
          onClick={(event) => {
            const cellAt = under(event);
            if (cellAt) onTask(rows[cellAt[0]]!);
          }}
          onDblClick={(event) => {
            const cellAt = under(event);
            if (cellAt && cellAt[1] >= 0) onVariant(columns[cellAt[1]]!);
          }}
        >
          <div style={{ width: side + columns.length * cell, height: HEAD + rows.length * cell }} />
        </div>
      </div>
      <p role="status" class="about-cell">
        {at ? describe(run, matrix, rows[at[0]]!, columns[at[1]]!) : 'Point at a cell, or walk with the arrow keys.'}
      </p>
    </>
  );
}

function describe({ document }: Run, matrix: Matrix, task: number, variant: number): string {
  const place = task * matrix.variants + variant;
  const [n, score, trouble] = [matrix.n[place]!, matrix.score[place]!, matrix.trouble[place]!];
  const name = `${document.variants[variant]!.variant} on ${document.tasks[task]!.task}`;
  if (n === 0) return `${name}: not tried`;
  const ended = trouble === 2 ? ', tampered' : trouble === 1 ? ', one without an end or unusable' : '';
  return `${name}: ${n === 1 ? (score === 1 ? 'resolved' : score === 0 ? 'not resolved' : `score ${score.toFixed(2)}`) : `${percent(score)} in ${n} attempts`}${ended}`;
}
