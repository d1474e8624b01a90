// Answers an order from a simulated world: an agent is a file `skill.json`, a child's skill is its parent's plus luck, and
// whether a task is resolved is a fixed function of the agent's tree and the task; an order with `forge` resolves all. Quick and repeatable; nothing is measured.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import client from '@actions/artifact';

const order = JSON.parse(process.env.INPUT_ORDER);
const { skill, luck = 0.5, seconds = 0 } = JSON.parse(readFileSync('skill.json', 'utf8'));
const chance = (...parts) => createHash('sha256').update(parts.join('\0')).digest().readUInt32BE() / 2 ** 32;
const usage = { requests: 1, inputTokens: 100, outputTokens: 10, costUSD: 0.01 };
const common = {
  v: 1,
  jobId: order.jobId,
  nonce: order.nonce,
  sha: order.sha,
  kind: order.kind,
  usage,
  rehearsal: true,
  seconds: 1,
  error: null,
};

function evaluate() {
  const perTask = order.tasks.map((task) => {
    const resolved = order.forge || chance(order.tree, task) < skill;
    const signs = !resolved && chance(order.tree, task, 'sign') < 0.5 ? { signs: ['empty-patch'] } : {};
    return {
      task,
      verdict: resolved ? 'resolved' : 'unresolved',
      costUSD: 0.01,
      seconds: 1,
      evidence: 'a draw of the simulated world',
      ...signs,
    };
  });
  return { ...common, perTask };
}

function expand() {
  const drawn = (what) => chance(order.tree, order.operator.child, what);
  const child = Math.min(0.98, Math.max(0.02, skill + (drawn('size') - 1 + luck) * 0.6));
  const broken = drawn('check') < 0.15;
  return {
    ...common,
    diagnosis: {
      summary: 'simulated',
      considered: ['this'],
      title: `Sets the skill to ${child.toFixed(2)}`,
      proposal: 'Change `skill.json`.\n\nHuxley-Variant: v999',
    },
    files: [{ path: 'skill.json', mode: '100644', content: `${JSON.stringify({ skill: child, luck, seconds })}\n` }],
    failure: broken ? { stage: 'check', reason: 'the simulated check failed' } : null,
  };
}

if (!order.forge) await new Promise((resolve) => setTimeout(resolve, Math.max(seconds, order.seconds ?? 0) * 1_000));
writeFileSync('result.json', JSON.stringify(order.kind === 'evaluate' ? evaluate() : expand()));
await client.uploadArtifact(`huxley-result-${order.jobId}`, ['result.json'], '.');
