import { join } from 'node:path';
import { build } from 'esbuild';

/** The page's code, for a browser. */
export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/**
 * Built from `src/web/page`, minified; `sources` are the files it is made of, from the process's folder. The package has it
 * built already (scripts/build-package.ts).
 */
export async function makePage(): Promise<Bundle & { readonly sources: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(import.meta.dirname, 'page/main.tsx')],
    outdir: 'page',
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    // react-diff-view is written for React; Preact's own layer stands in for it.
    alias: { react: 'preact/compat' },
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    logLevel: 'silent',
  });
  const file = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
  return { script: file('.js'), style: file('.css'), sources: Object.keys(metafile.inputs) };
}
