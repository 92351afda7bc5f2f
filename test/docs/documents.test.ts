import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { errorsPage } from '../../scripts/errors-page.js';
import { createProgram } from '../../src/cli/program.js';
import { loadConfig } from '../../src/config/load.js';
import { configJsonSchema } from '../../src/config/schema.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = ['README.md', 'ARCHITECTURE.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md'),
);

/** First cells, written as code, of the rows below a heading. */
function firstCells(page: string, heading: string): string[] {
  const text = read(page).replace(/^ *```.*?^ *```$/gms, '');
  const [, section = ''] = text.split(new RegExp(`^#+ ${heading}$`, 'm'));
  const own = section.split(/^#+ /m)[0] ?? '';
  return [...own.matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell ?? '').sort();
}

describe('docs/errors.md', () => {
  it('holds every code with its line (npm run generate)', () => {
    expect(read('docs/errors.md')).toBe(errorsPage());
  });
});

describe('the README', () => {
  const app = parse(read('app.yml')) as { default_permissions: Record<string, string>; default_events: string[] };

  it('gives a reason for every permission and event of app.yml', () => {
    const permissions = Object.entries(app.default_permissions).map(([name, access]) => `${name}: ${access}`);
    expect(firstCells('README.md', 'What the App may do')).toEqual([...permissions, ...app.default_events].sort());
  });

  it('explains every key of the configuration', () => {
    const { properties } = configJsonSchema() as { properties: Record<string, unknown> };
    const drivers = properties.drivers as { additionalProperties: { anyOf: [{ properties: object }] } };
    const ofDrivers = Object.keys(drivers.additionalProperties.anyOf[0].properties);
    const keys = [...Object.keys(properties), ...ofDrivers.map((key) => `drivers.<attr>.${key}`)];
    expect(firstCells('README.md', 'Configure')).toEqual(keys.sort());
  });

  it('shows configurations that are valid', () => {
    const examples = [...read('README.md').matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text]) => text ?? '');
    expect(examples.length).toBeGreaterThan(0);
    for (const text of examples) expect(loadConfig(text)).toMatchObject({ outcome: 'loaded' });
  });

  it('shows every command, with options that it has', () => {
    const { commands } = createProgram();
    const shown = firstCells('README.md', 'The command').map((cell) => cell.split(' '));
    expect(shown.map(([name]) => name)).toEqual(commands.map((command) => command.name()).sort());
    for (const [name, ...words] of shown) {
      const options = commands.find((command) => command.name() === name)?.options.map(({ long }) => long);
      for (const word of words) if (word.startsWith('--')) expect(options).toContain(word);
    }
  });
});

describe.each(pages)('%s', (page) => {
  it('links to files and headings that are there', () => {
    const broken = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)/g)].filter(
      ([, path = '', anchor]) => {
        const target = path === '' ? page : join(dirname(page), path);
        return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
      },
    );
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('names scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/npm run (?:--?[\w-]+ )*([\w:]+)/g)].map(([, script]) => script);
    expect(named.filter((script) => !Object.hasOwn(scripts, script ?? ''))).toEqual([]);
  });

  it('names paths of the sources that are there', () => {
    const named = [...read(page).matchAll(/`((?:src|test|scripts|docs|schema|bench)\/[\w./-]*)`/g)].map(
      ([, path]) => path,
    );
    expect(named.filter((path) => !existsSync(join(root, path ?? '')))).toEqual([]);
  });
});

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => {
    const words = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '');
    return `#${words.replaceAll(' ', '-')}`;
  });
}
