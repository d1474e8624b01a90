import { useMemo } from 'preact/hooks';
import { signWords } from '../../../model/sign.ts';
import type { VariantFacts } from '../../document/document.ts';
import { duration, price, tokens } from '../parts/figures.ts';
import { Outcome } from '../parts/pieces.tsx';
import { type Run, scoreAt } from '../parts/run.ts';
import { type Column, Table } from '../parts/table.tsx';
import { to } from '../route.ts';

const ASIDE = {
  no: '',
  'no result': ' (no result, counted as failed)',
  'begun again': ' (before the comparison began again)',
};

interface Props {
  readonly run: Run;
  readonly variant: VariantFacts;
  readonly job: string | undefined;
  readonly task: string | undefined;
}

/** Every evaluation of a variant; the one whose transcript is open is marked. */
export function Evaluations({ run, variant, job, task }: Props) {
  const { evaluations: all, tasks, has } = run.document;
  const places = run.evaluations(variant.number);
  const columns = useMemo(() => {
    const of = (place: number) => tasks[all.task[place]!]!;
    const known: readonly Column<number>[] = [
      {
        name: 'Task',
        by: (place) => of(place).task,
        show: (place) => <a href={to('tasks', of(place).task)}>{of(place).task}</a>,
      },
      {
        name: 'Set',
        hint: 'Search tasks steer the run; held-out tasks are sealed until the end',
        by: (place) => of(place).split,
        show: (place) => (of(place).split === 'search' ? 'search' : 'held-out'),
      },
      {
        name: 'Round',
        hint: 'Which repetition of it, from 0',
        number: true,
        by: (place) => all.round[place]!,
        show: (place) => all.round[place],
      },
      {
        name: 'Outcome',
        by: (place) => all.outcome[place]!,
        show: (place) => (
          <>
            <Outcome place={all.outcome[place]!} />
            {ASIDE[all.aside[place] ?? 'no']}
          </>
        ),
      },
      {
        name: 'Score',
        number: true,
        by: (place) => scoreAt(run.document, place),
        show: (place) => (all.score[place] === null ? '' : scoreAt(run.document, place).toFixed(2)),
      },
      {
        name: 'Noticed',
        hint: 'What host code noticed about a failed attempt',
        by: (place) => signWords(all.signs[place]),
        show: (place) => signWords(all.signs[place]),
      },
      { name: 'Cost', number: true, by: (place) => all.costUSD[place]!, show: (place) => price(all.costUSD[place]!) },
      { name: 'Tokens', number: true, by: (place) => all.tokens[place]!, show: (place) => tokens(all.tokens[place]!) },
      {
        name: 'Time',
        number: true,
        by: (place) => all.seconds[place]!,
        show: (place) => duration(all.seconds[place]!),
      },
      {
        name: 'Transcript',
        by: null,
        show: (place) =>
          of(place).split === 'search' && has.transcripts && all.aside[place] !== 'no result' ? (
            <a href={to('variant', variant.variant, all.job[place]!, of(place).task)}>read</a>
          ) : (
            ''
          ),
      },
    ];
    return known;
  }, [run, variant, all, tasks, has]);
  return (
    <section>
      <h3>Evaluations</h3>
      {places.length === 0 ? (
        <p>It has not been measured.</p>
      ) : (
        <Table
          caption={`Evaluations of ${variant.variant}`}
          rows={places}
          columns={columns}
          keyOf={(place) => place}
          current={(place) => all.job[place] === job && tasks[all.task[place]!]!.task === task}
        />
      )}
    </section>
  );
}
