import { expect, it } from 'vitest';
import type { ExpandResult } from '../../src/contract/contract.ts';
import { runJob } from '../../src/job/run-job.ts';
import type { Proposal } from '../../src/model/memory/proposal.ts';
import { digestOfChange } from '../../src/operator/patch/change.ts';
import { trajectory } from '../../src/operator/trajectory.fixture.ts';
import { DIAGNOSIS, expandingEndpoint, OBEDIENT_AGENT } from '../support/expanding.ts';
import { commitOf, expandOrder, machineWith } from '../support/job.ts';
import { tinySuite } from '../support/tiny-suite.ts';

const suite = tinySuite({ a: 'alpha' });
const failed = trajectory('v3', 'a', 'unresolved');

/** An expansion that is told of a proposal: its result, and the user's message of each diagnosis. */
async function expanded(proposal: Proposal): Promise<{ result: ExpandResult; asked: string[] }> {
  await using endpoint = await expandingEndpoint('echo "// again" >> agent.mjs');
  const commit = await commitOf({ 'agent.mjs': OBEDIENT_AGENT });
  const order = expandOrder(commit, { proposed: [proposal] });
  const machine = machineWith(commit, suite, endpoint, { fetchEvidence: async () => [failed] });
  const result = (await runJob(order, machine)) as ExpandResult;
  const diagnoses = endpoint.calls.filter(({ body }) => 'response_format' in body);
  return { result, asked: diagnoses.map(({ body }) => (body.messages as { content: string }[])[1]!.content) };
}

const repeated = { title: 'TRY again, after a failure!', from: 'here', ended: 'nothing' } as const;

it('a proposal that has the title of one before is sent back once, and then taken as it is', async () => {
  const { result, asked } = await expanded(repeated);
  expect(asked).toHaveLength(2);
  expect(asked[0]).toContain(repeated.title);
  expect(asked[0]).not.toContain('what="sent back"');
  expect(asked[1]).toContain(
    `what="sent back">\n${DIAGNOSIS.title}\n(a proposal in the list has this idea, in the same words or in others)`,
  );
  expect(result).toMatchObject({ failure: null, diagnosis: DIAGNOSIS, usage: { requests: 3 } });
});

it('so is one whose change is one that came of another, to the letter', async () => {
  const known = { title: 'Another title', from: 'here', ended: 'check' } as const;
  const { result: before } = await expanded(known);
  const { result, asked } = await expanded({ ...known, change: digestOfChange(before.files) });
  expect(asked).toHaveLength(2);
  expect(asked[1]).toMatch(/the change that came of it is one that came of a proposal for this agent before/);
  expect(result).toMatchObject({ failure: null, files: before.files, usage: { requests: 4 } });
});

it('what works in another lineage may be brought here under its title', async () => {
  const score = { n: 4, own: 3, parent: 1 };
  const { result, asked } = await expanded({ ...repeated, from: 'other', ended: 'measured', score });
  expect(asked).toHaveLength(1);
  expect(result).toMatchObject({ failure: null, usage: { requests: 2 } });
});
