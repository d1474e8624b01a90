import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '../../config/configuration.ts';
import { RECIPES } from './recipes.ts';
import { writeRecipe } from './write.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-init-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const NAMES = Object.keys(RECIPES) as (keyof typeof RECIPES)[];
const SOLVE = `node "a: b.js" # $& 'x'`;

test.each(NAMES)(
  '%s: writes a repository whose configuration is valid and whose workflow gives its secret',
  async (name) => {
    const folder = newFolder();
    const { written, next } = await writeRecipe(folder, name, name === 'custom' ? SOLVE : undefined);
    expect(readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())).toHaveLength(
      written.length,
    );
    const reading = readConfiguration(readFileSync(join(folder, '.github/huxley.yml'), 'utf8'));
    expect(reading).toMatchObject({ ok: true });
    if (name === 'custom') expect(reading).toMatchObject({ configuration: { agent: { solve: SOLVE, build: null } } });
    const workflow = readFileSync(join(folder, '.github/workflows/huxley.yml'), 'utf8');
    const secret = RECIPES[name]?.secret ?? 'OPENAI_API_KEY';
    expect(workflow).toContain(`\${{ secrets.${secret} }}`);
    expect(next.join('\n')).toContain(secret);
    expect(written.some((path) => /node_modules|__pycache__/.test(path))).toBe(false);
  },
);

test('overwrites nothing, and names what is there', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, '.github'));
  writeFileSync(join(folder, '.github/huxley.yml'), 'mine');
  await expect(writeRecipe(folder, 'python', undefined)).rejects.toMatchObject({
    code: 'init.exists',
    message: expect.stringContaining('.github/huxley.yml'),
  });
  expect(readdirSync(folder)).toEqual(['.github']);
  expect(readFileSync(join(folder, '.github/huxley.yml'), 'utf8')).toBe('mine');
});

test('a command of one’s own belongs to `custom`, and to nothing else', async () => {
  await expect(writeRecipe(newFolder(), 'custom', undefined)).rejects.toMatchObject({ code: 'init.solve' });
  await expect(writeRecipe(newFolder(), 'codex', 'x')).rejects.toMatchObject({ code: 'init.solve' });
});
