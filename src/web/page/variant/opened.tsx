import { useEffect, useRef } from 'preact/hooks';
import { Load } from '../parts/load.tsx';
import { to } from '../route.ts';
import type { DocumentSource } from '../source.ts';
import { TranscriptView } from './transcript.tsx';

interface Props {
  readonly source: DocumentSource;
  readonly variant: string;
  readonly job: string;
  readonly task: string;
}

/** The transcript of one evaluation; it comes into sight when it is opened. */
export function Opened({ source, variant, job, task }: Props) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.scrollIntoView({ block: 'start' }), [job, task]);
  return (
    <section ref={section} class="opened" aria-label="Transcript">
      <div class="bar">
        <h3 class="text">Transcript: {task}</h3>
        <a href={to('variant', variant)}>Close</a>
      </div>
      <Load load={() => source.transcript(job, task)} of={`${job}/${task}`} what="the transcript">
        {(transcript) => <TranscriptView transcript={transcript} />}
      </Load>
    </section>
  );
}
