import { mkdtempSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject } from 'vitest';
import { FORWARDER, forwarded, modelEnvironment } from '../../src/gateway/forwarder.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { KEY, openGateway, QUESTION } from '../support/gateway.ts';
import { attack } from './attack.ts';
import { theSandbox } from './tasks.ts';

const numbered = (number: number, family: 'leak' | 'spend' | 'escape', name: string, defence: string) =>
  ({ number, family, name, answer: 'prevented', defence }) as const;

const answers = (content = 'hi') => openGateway((_, response) => sendJson(response, chatAnswer(content)));

/** The statuses and codes of refusals, and that none of it reached the endpoint. */
async function refusals(calls: readonly Promise<Response>[], endpoint: { readonly calls: readonly unknown[] }) {
  const seen = await Promise.all(
    calls.map(async (call) => {
      const response = await call;
      const { error } = (await response.json()) as { error: { code: string } };
      return `${response.status} ${error.code}`;
    }),
  );
  expect(endpoint.calls).toEqual([]);
  return seen;
}

attack(numbered(80, 'spend', 'Ask for a dearer model', 'allow-list of models'), async () => {
  const { gateway, endpoint, post } = await answers();
  const seen = await refusals(
    ['gpt-5', 'gpt-5.4', 'gpt-5-mini/../gpt-5', ['gpt-5-mini'], null].map((model) =>
      post(gateway.token('t'), { ...QUESTION, model }),
    ),
    endpoint,
  );
  expect(new Set(seen)).toEqual(new Set(['403 gateway.model', '400 gateway.request']));
  // Other spellings of the allowed model may be understood; what is asked is that one.
  for (const model of ['gpt-5-mini ', 'GPT-5-MINI', 'gpt-5-mini-2025-08-07', 'gpt-5-mini\u0000gpt-5'])
    await post(gateway.token('t'), { ...QUESTION, model });
  expect(new Set(endpoint.calls.map(({ body }) => body.model))).toEqual(new Set(['gpt-5-mini']));
  return `${seen.join(', ')}; other spellings: gpt-5-mini alone`;
});

attack(numbered(81, 'spend', 'Name two models in one body', 'what is sent on is what was checked'), async () => {
  const { gateway, endpoint, post } = await answers();
  const body = '{"model":"gpt-5","messages":[],"model":"gpt-5-mini"}';
  await post(gateway.token('t'), body);
  expect(endpoint.calls.map((call) => JSON.stringify(call.body).match(/gpt-5[\w-]*/g))).toEqual([['gpt-5-mini']]);
  return 'the endpoint saw gpt-5-mini alone';
});

attack(numbered(82, 'spend', 'Call a model without a price', 'unknown price is refused'), async () => {
  const { gateway, endpoint, post } = await openGateway((_, response) => sendJson(response, chatAnswer('hi')), {
    models: ['brand-new-model'],
  });
  const seen = await refusals([post(gateway.token('t'), { ...QUESTION, model: 'brand-new-model' })], endpoint);
  expect(seen).toEqual(['403 gateway.unknown-price']);
  return seen.join();
});

attack(numbered(83, 'spend', 'Spend more than the task has', 'cost is reserved before the call'), async () => {
  const { gateway, post } = await answers();
  const token = gateway.token('t', { costUSD: 0.003 });
  const statuses = [];
  for (let i = 0; i < 40; i++) statuses.push((await post(token, { ...QUESTION, max_completion_tokens: 1000 })).status);
  expect(gateway.usage('t').costUSD).toBeLessThanOrEqual(0.003);
  expect(statuses.at(0)).toBe(200);
  expect(statuses.at(-1)).toBe(402);
  return `stopped at $${gateway.usage('t').costUSD} of $0.003`;
});

attack(
  numbered(84, 'spend', 'Spend through 100 parallel calls', 'reservations of all calls count together'),
  async () => {
    let served = 0;
    const { gateway, post } = await openGateway(
      async (_, response) => {
        served++;
        await sleep(20);
        sendJson(response, chatAnswer('hi', { prompt_tokens: 50, completion_tokens: 1000 }));
      },
      { budget: { costUSD: 0.01 } },
    );
    const tokens = Array.from({ length: 10 }, (_, i) => gateway.token(`t${i}`));
    const calls = Array.from({ length: 100 }, (_, i) =>
      post(tokens[i % 10]!, { ...QUESTION, max_completion_tokens: 1000 }),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    const real = (served * (50 * 0.25 + 1000 * 2)) / 1e6;
    expect(real).toBeLessThanOrEqual(0.01);
    expect(gateway.usage().costUSD).toBeCloseTo(real, 9);
    expect(new Set(statuses)).toEqual(new Set([200, 402]));
    return `${served} of 100 served, $${real.toFixed(6)} of $0.01`;
  },
);

attack(
  numbered(85, 'spend', 'Make a call cost more than its tokens', 'allow-list of fields, tools and content'),
  async () => {
    const { gateway, endpoint, post } = await answers();
    const image = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x' } }] }];
    const more = [
      { tools: [{ type: 'web_search_preview' }] },
      { tools: [{ type: 'mcp', server_url: 'https://x' }] },
      { web_search_options: {} },
      { messages: image },
      { service_tier: 'priority' },
      { n: 1_000_000 },
      { max_completion_tokens: -1 },
      { max_completion_tokens: 0.5 },
      { modalities: ['audio'] },
      { prediction: { type: 'content', content: 'x' } },
    ];
    const responses = [
      { previous_response_id: 'r' },
      { background: true },
      { prompt: { id: 'p' } },
      { conversation: 'c' },
    ];
    const seen = await refusals(
      [
        ...more.map((fields) => post(gateway.token('t'), { ...QUESTION, ...fields })),
        ...responses.map((fields) =>
          post(gateway.token('t'), { model: 'gpt-5-mini', input: 'x', ...fields }, '/responses'),
        ),
      ],
      endpoint,
    );
    expect(new Set(seen)).toEqual(new Set(['400 gateway.request']));
    return `${seen.length} ways, each 400 before it is sent`;
  },
);

attack(
  numbered(86, 'spend', 'Lie about the usage', 'a report that cannot be true counts as the whole reservation'),
  async () => {
    const lies = [{ prompt_tokens: -5, completion_tokens: 1 }, { prompt_tokens: 1, completion_tokens: Number.NaN }, {}];
    let call = 0;
    const { gateway, post } = await openGateway((_, response) =>
      sendJson(response, JSON.stringify({ choices: [], usage: lies[call++] })),
    );
    for (const _ of lies) await post(gateway.token('t'), { ...QUESTION, max_completion_tokens: 500 });
    expect(gateway.usage()).toMatchObject({ requests: 3, outputTokens: 1500 });
    return '3 calls counted with 500 output tokens each';
  },
);

attack(
  numbered(87, 'spend', 'Use the key of another job, a made-up or an old one', 'one key a task, gone with it'),
  async () => {
    const [mine, other] = [await answers(), await answers()];
    const old = mine.gateway.token('old');
    mine.gateway.revoke(old);
    const keys = [other.gateway.token('t'), old, KEY, '', 'hx-', 'undefined', '__proto__', 'constructor'];
    const seen = await refusals(
      keys.map((key) => mine.post(key, QUESTION)),
      mine.endpoint,
    );
    expect(new Set(seen)).toEqual(new Set(['401 gateway.token']));
    expect(other.endpoint.calls).toEqual([]);
    return `${keys.length} keys, each 401`;
  },
);

attack(numbered(88, 'escape', 'Reach another path of the endpoint', 'allow-list of paths, matched whole'), async () => {
  const { gateway, endpoint } = await answers();
  const token = gateway.token('t');
  const paths = [
    '/v1/files',
    '/v1/chat/completions/../../files',
    '/v1//chat/completions',
    '/v1/chat/completions%2f..%2ffiles',
    'http://169.254.169.254/v1/chat/completions',
    '/v1/chat/completions/',
    '/v1/responses/resp_1',
  ];
  const seen = await Promise.all(
    paths.map(async (path) => {
      const response = await raw(
        gateway.socketPath,
        { method: 'POST', path, headers: bearer(token) },
        JSON.stringify(QUESTION),
      );
      return response.status;
    }),
  );
  for (const method of ['GET', 'DELETE', 'PUT', 'CONNECT'])
    seen.push((await raw(gateway.socketPath, { method, path: '/v1/chat/completions', headers: bearer(token) })).status);
  expect(new Set(seen.filter((status) => status !== 0))).toEqual(new Set([404]));
  expect(endpoint.calls).toEqual([]);
  return `${seen.length} requests, none reached the endpoint`;
});

attack(
  numbered(89, 'escape', 'Send headers on to the endpoint', 'nothing of the client’s headers is sent on'),
  async () => {
    const headers: Record<string, unknown>[] = [];
    const { gateway } = await openGateway((_, response, incoming) => {
      headers.push(incoming.headers);
      sendJson(response, chatAnswer('hi'));
    });
    const sent = {
      ...bearer(gateway.token('t')),
      'openai-organization': 'org-other',
      cookie: 'a=b',
      'x-evil': '1',
      host: 'evil',
    };
    await raw(
      gateway.socketPath,
      { method: 'POST', path: '/v1/chat/completions', headers: sent },
      JSON.stringify(QUESTION),
    );
    expect(headers).toHaveLength(1);
    expect(JSON.stringify(headers)).not.toMatch(/org-other|a=b|evil/);
    expect(headers[0]?.authorization).toBe(`Bearer ${KEY}`);
    return 'the endpoint saw none of four';
  },
);

attack(
  numbered(90, 'escape', 'Smuggle a second request behind the first', 'strict HTTP parser, one body length'),
  async () => {
    const { gateway, endpoint } = await answers();
    const inner = `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${KEY}\r\nContent-Length: 2\r\n\r\n{}`;
    const socket = connect(gateway.socketPath);
    socket.end(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${gateway.token('t')}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400/);
    expect(endpoint.calls).toEqual([]);
    return '400 Bad Request';
  },
);

attack(numbered(91, 'spend', 'Send a body too large or too deep', 'caps on bytes and nesting'), async () => {
  const { gateway, endpoint, post } = await answers();
  const token = gateway.token('t');
  const deep = `{"model":"gpt-5-mini","messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const large = { ...QUESTION, messages: [{ role: 'user', content: 'x'.repeat(5_000_000) }] };
  const seen = await refusals([post(token, deep), post(token, large)], endpoint);
  expect(seen).toEqual(['400 gateway.request', '413 gateway.oversize']);
  expect((await post(token, QUESTION)).status).toBe(200);
  return seen.join(', ');
});

attack(numbered(92, 'spend', 'Hold many connections open', 'the others are served all the same'), async () => {
  const { gateway, post } = await answers();
  const idle = Array.from({ length: 300 }, () => connect(gateway.socketPath));
  for (const socket of idle) socket.write('POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  const { status } = await post(gateway.token('t'), QUESTION);
  for (const socket of idle) socket.destroy();
  expect(status).toBe(200);
  return 'served beside 300 unfinished requests';
});

attack(
  numbered(93, 'leak', 'Have the endpoint echo the key', 'secrets are removed by value from all that is passed on'),
  async () => {
    const echoes = [
      (key: string) => ({
        status: 401,
        body: JSON.stringify({ error: { message: `Incorrect API key provided: ${key}` } }),
      }),
      (key: string) => ({ status: 500, body: `panic: key=${encodeURIComponent(key)}` }),
      (key: string) => ({
        status: 200,
        body: chatAnswer(`the key is ${key}, in base64 ${Buffer.from(key).toString('base64')}`),
      }),
      (key: string) => ({ status: 200, body: `<html>${key}</html>` }),
    ];
    const file = join(mkdtempSync(join(tmpdir(), 'huxley-attack-')), 'recording.jsonl');
    let call = 0;
    const { gateway, endpoint, entries, post } = await openGateway(
      ({ authorization }, response) => {
        const { status, body } = echoes[Math.min(call, 3)]!(authorization!.slice('Bearer '.length));
        if (status !== 500) call++;
        else if (endpoint.calls.length >= 4) call++;
        sendJson(response, body, status);
      },
      { record: file },
    );
    const token = gateway.token('t');
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) seen.push(await (await post(token, QUESTION)).text());
    expect(seen).toHaveLength(4);
    const everything = [...seen, JSON.stringify(entries), readFileSync(file, 'utf8')].join('\n');
    for (const form of [KEY, Buffer.from(KEY).toString('base64').replace(/=+$/, ''), encodeURIComponent(KEY)])
      expect(everything).not.toContain(form);
    expect(JSON.stringify(entries)).not.toContain(token);
    expect(everything).toContain('[removed secret]');
    return 'four echoes; answers, errors, transcript and recording are clean';
  },
);

attack(numbered(94, 'leak', 'Redirect the endpoint to a stranger', 'redirects are not followed'), async () => {
  await using stranger = await fakeEndpoint((_, response) => sendJson(response, chatAnswer('hi')));
  const { gateway, post } = await openGateway((_, response) =>
    sendJson(response, '{}', 307, { location: `${stranger.baseURL}/chat/completions` }),
  );
  const response = await post(gateway.token('t'), QUESTION);
  expect(await response.text()).toContain('gateway.upstream-redirect');
  expect(stranger.calls).toEqual([]);
  return `${response.status}, the stranger saw nothing`;
});

attack(
  numbered(95, 'spend', 'Flood the gateway with an endless answer', 'cap on the answer, counted in full'),
  async () => {
    const { gateway, post } = await openGateway(
      async (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.on('error', () => undefined);
        while (!response.destroyed) if (!response.write('x'.repeat(65_536))) await sleep(1);
      },
      { maxResponseBytes: 1_000_000 },
    );
    const response = await post(gateway.token('t'), QUESTION);
    expect(await response.text()).toContain('gateway.too-large');
    expect(gateway.usage().requests).toBe(1);
    return 'ended after 1 MB';
  },
);

attack(
  numbered(
    96,
    'leak',
    'Look for the key from inside the container',
    'the key never enters it; only lo and the socket do',
  ),
  async () => {
    const { gateway } = await answers();
    const token = gateway.token('t');
    await using container = await theSandbox().create({
      image: inject('sandboxImage'),
      purpose: 'agent',
      memoryMB: 256,
      cpus: 1,
      pids: 64,
      mounts: [
        { source: gateway.socketFolder, target: '/huxley/gateway' },
        { source: FORWARDER, target: '/huxley/forwarder.mjs' },
      ],
      tmpfs: [{ target: '/work', sizeMB: 16 }],
    });
    const script = `
curl -s -H "authorization: Bearer $OPENAI_API_KEY" -d '${JSON.stringify(QUESTION)}' $OPENAI_BASE_URL/chat/completions ||
  node -e 'fetch(process.env.OPENAI_BASE_URL + "/chat/completions", { method: "POST", headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY }, body: process.argv[1] }).then((r) => r.text()).then(console.log)' '${JSON.stringify(QUESTION)}'
echo; env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n'; ls -la /huxley/gateway
rm -f /huxley/gateway/gateway.sock; ln -s /work /huxley/gateway/x; ls /sys/class/net`;
    const { stdout, stderr } = await container.exec({
      command: forwarded('node', '/huxley/forwarder.mjs', '/huxley/gateway/gateway.sock', ['bash', '-c', script]),
      cwd: '/work',
      env: modelEnvironment(token, ['gpt-5-mini']),
      timeoutSeconds: 30,
      maxOutputBytes: 1_000_000,
    });
    expect(stdout).toContain('"content":"hi"');
    expect(stdout + stderr).not.toContain(KEY);
    expect(stderr).toMatch(/Read-only file system/);
    expect(stdout.trim().split('\n').at(-1)).toBe('lo');
    return 'a call was answered; environment, processes and files hold no key; the socket cannot be replaced';
  },
);

attack(
  numbered(97, 'spend', 'Leave calls behind that go on spending', 'a call whose caller is gone is not begun'),
  async () => {
    const { gateway, endpoint } = await openGateway(async (_, response) => {
      await sleep(300);
      sendJson(response, chatAnswer('hi'));
    });
    const token = gateway.token('t');
    const body = JSON.stringify(QUESTION);
    const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${body.length}`;
    const sockets = Array.from({ length: 200 }, () => connect(gateway.socketPath));
    for (const socket of sockets) socket.write(`${head}\r\n\r\n${body}`);
    while (endpoint.calls.length === 0) await sleep(5);
    await sleep(50);
    for (const socket of sockets) socket.destroy();
    gateway.revoke(token);
    await sleep(1_500);
    expect(endpoint.calls.length).toBeLessThanOrEqual(32);
    expect(gateway.usage().requests).toBe(endpoint.calls.length);
    return `${endpoint.calls.length} of 200 calls were made`;
  },
);

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** A request as it is given, to the gateway's socket; status 0 when the connection was ended instead of an answer. */
function raw(
  socketPath: string,
  options: { method: string; path: string; headers: Record<string, string> },
  body = '',
): Promise<{ status: number; body: string }> {
  return new Promise((done) => {
    const call = request({ socketPath, ...options }, async (response) =>
      done({ status: response.statusCode ?? 0, body: await text(response) }),
    );
    call.on('error', () => done({ status: 0, body: '' }));
    call.end(body);
  });
}
