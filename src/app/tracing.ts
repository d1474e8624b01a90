import type { Activity, Observer } from '../model/watch/observer.ts';

/** Each a trace of its own, linked with what brought it about: or all of a run would be one trace, as each tick wakes the next. */
const ROOTS: ReadonlySet<Activity> = new Set(['receive', 'delivery', 'tick']);

export interface Tracing extends AsyncDisposable {
  readonly observer: Observer;
}

/** Whether the usual variables of OpenTelemetry ask for traces. */
export function wantsTraces(env: Readonly<Record<string, string | undefined>>): boolean {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER } =
    env;
  if (OTEL_SDK_DISABLED?.toLowerCase() === 'true' || OTEL_TRACES_EXPORTER === 'none') return false;
  return Boolean(OTEL_EXPORTER_OTLP_ENDPOINT || OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
}

/**
 * Traces of the App at work, sent by OTLP over HTTP to where OTEL_EXPORTER_OTLP_ENDPOINT says; the library reads that and the
 * other usual variables itself. It is loaded here and nowhere else (ADR 44). Disposing it sends what is left.
 */
export async function openTracing(): Promise<Tracing> {
  const [{ context, SpanStatusCode, trace }, hooks, exporter, resources, sdk] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace'),
  ]);
  context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable());
  const named = resources.resourceFromAttributes({ 'service.name': 'huxley' });
  const provider = new sdk.TracerProvider({
    resource: resources
      .defaultResource()
      .merge(named)
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new exporter.OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('huxley');
  return {
    observer: {
      async span(activity, attributes, act) {
        const cause = trace.getSpanContext(context.active());
        const root = ROOTS.has(activity);
        const links = root && cause ? [{ context: cause }] : [];
        const span = tracer.startSpan(`huxley ${activity}`, { attributes, root, links });
        try {
          return await context.with(trace.setSpan(context.active(), span), () =>
            act((more) => span.setAttributes(more)),
          );
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          span.setStatus({ code: SpanStatusCode.ERROR, message });
          throw error;
        } finally {
          span.end();
        }
      },
      recorded({ repository, run, costUSD, ordered, done, lost }) {
        const span = trace.getActiveSpan();
        span?.addEvent('recorded', { repository, run, costUSD, ordered, done, lost });
      },
      level() {},
    },
    async [Symbol.asyncDispose]() {
      await provider.shutdown();
      context.disable();
    },
  };
}
