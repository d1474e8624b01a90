import { registerHooks } from 'node:module';

type Parser = typeof import('@actions/workflow-parser');
let loading: Promise<Parser> | undefined;

/**
 * GitHub's published workflow parser. Its modules import JSON without the attribute Node requires, so the
 * attribute is added while they load.
 */
export function workflowParser(): Promise<Parser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Parser> {
  const hooks = registerHooks({
    load: (url, context, next) =>
      url.includes('/@actions/workflow-parser/') && url.endsWith('.json')
        ? next(url, { ...context, importAttributes: { type: 'json' } })
        : next(url, context),
  });
  try {
    return await import('@actions/workflow-parser');
  } finally {
    hooks.deregister();
  }
}
