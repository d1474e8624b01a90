import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { relayOf } from '../src/cli/serve/smee.ts';
import { readLimits } from '../src/config/limits.ts';
import { readDeployment, readUnregistered } from '../src/environment/app.ts';
import { readOperationSettings } from '../src/environment/operations.ts';
import { projectPath } from '../src/environment/project.ts';

// No cluster here: what the files say of each other and of the App is held together.

const FOLDER = projectPath('deploy/kustomize');
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const kustomization = parse(read('kustomization.yaml'));
const objects = (kustomization.resources as string[]).flatMap((name) =>
  parseAllDocuments(read(name)).map((document) => document.toJS()),
);
const the = (kind: string, name = 'huxley') =>
  objects.find((each) => each.kind === kind && each.metadata.name === name)!;
const { template } = the('Deployment').spec;
const pod = template.spec;
const [container] = pod.containers;

test('every file is part of it, and what selects the pods selects them', () => {
  const used = [...kustomization.resources, 'kustomization.yaml', ...kustomization.configMapGenerator[1].files];
  expect(readdirSync(FOLDER).sort()).toEqual(used.sort());
  const { labels } = template.metadata;
  const selectors = [
    the('Deployment').spec.selector.matchLabels,
    the('Service').spec.selector,
    the('Service', 'huxley-metrics').spec.selector,
    the('PodDisruptionBudget').spec.selector.matchLabels,
    the('NetworkPolicy').spec.podSelector.matchLabels,
  ];
  for (const selector of selectors) expect(labels).toMatchObject(selector);
  expect(pod.serviceAccountName).toBe(the('ServiceAccount').metadata.name);
  expect(the('PodDisruptionBudget').spec.minAvailable).toBeLessThan(the('Deployment').spec.replicas);
  expect(kustomization.images[0].name).toBe(container.image);
});

test('the container is told what the App reads, its probes ask what it answers, and its ports are named', () => {
  const given = Object.fromEntries(
    (kustomization.configMapGenerator[0].literals as string[]).map((line) => line.split(/=(.*)/s) as [string, string]),
  );
  const secret = { APP_ID: '1', PRIVATE_KEY: readFileSync(projectPath('test/fixtures/app-key.pem'), 'utf8') };
  const urls = { WEBHOOK_SECRET: '0123456789abcdefghijklmnop', DATABASE_URL: 'postgres://u:p@db/huxley' };
  const env = { ...given, ...secret, ...urls };
  expect(container.env.map(({ name }: { name: string }) => name)).toEqual(Object.keys({ ...secret, ...urls }));
  const { port, databaseURL } = readDeployment(env);
  const { metricsAt, limitsPath } = readOperationSettings(env);
  expect(databaseURL).not.toBeNull();
  expect(container.ports).toEqual([
    { name: 'http', containerPort: port },
    { name: 'metrics', containerPort: metricsAt!.port },
  ]);
  expect(container.livenessProbe.httpGet).toEqual({ path: '/health', port: 'http' });
  expect(container.readinessProbe.httpGet).toEqual({ path: '/ready', port: 'http' });
  const mounts = container.volumeMounts as { name: string; mountPath: string }[];
  expect(mounts.map(({ name }) => name).sort()).toEqual(pod.volumes.map(({ name }: { name: string }) => name).sort());
  expect(mounts.some(({ mountPath }) => limitsPath === `${mountPath}/limits.yaml`)).toBe(true);
  expect(readLimits(read('limits.yaml'))).toEqual({
    default: { jobs: null, runs: null, monthlyUSD: null },
    accounts: {},
  });
  const dockerfile = readFileSync(projectPath('docker/app/Dockerfile'), 'utf8');
  const home = /HUXLEY_HOME=(\S+)/.exec(dockerfile)![1];
  expect(mounts.some(({ mountPath }) => mountPath === home)).toBe(true);
  expect(dockerfile).toContain(`USER ${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`);
});

test('the pod may do nothing it need not', () => {
  expect(the('Namespace').metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(the('NetworkPolicy').spec.policyTypes).toEqual(['Ingress', 'Egress']);
  const values = parse(readFileSync(projectPath('deploy/arc/values.yaml'), 'utf8'));
  expect(values).toMatchObject({ containerMode: { type: 'dind' }, runnerScaleSetName: 'huxley' });
});

test('compose starts the App where nothing is set but the password of its database', () => {
  const text = readFileSync(projectPath('docker/app/compose.yml'), 'utf8');
  const expanded = text.replace(/\$\{\w+(?::([-+?])(.*?))?\}/g, (_, kind, word) =>
    kind === '-' ? word : kind === '?' ? 'password' : '',
  );
  const env = { ...parse(expanded).services.app.environment, HUXLEY_HOME: '/nonexistent' };
  expect(env).toMatchObject({ APP_ID: null, HUXLEY_SMEE: null });
  const given = Object.fromEntries(Object.entries<unknown>(env).map(([name, value]) => [name, String(value ?? '')]));
  expect(relayOf({ smee: given.HUXLEY_SMEE! })).toBeNull();
  expect(readUnregistered(given)).toMatchObject({ host: '0.0.0.0', url: null, apiURL: 'https://api.github.com' });
  expect(readOperationSettings(given)).toEqual({ metricsAt: null, metricsToken: null, limitsPath: null });
});
