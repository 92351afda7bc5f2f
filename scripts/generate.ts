/** `npm run generate`: writes what is made from the code: the configuration's JSON Schema and the page of codes. */
import { writeFile } from 'node:fs/promises';
import { configJsonSchema } from '../src/config/schema.js';
import { errorsPage } from './errors-page.js';

const root = new URL('../', import.meta.url);
await writeFile(new URL('schema/modprobot.schema.json', root), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
await writeFile(new URL('docs/errors.md', root), errorsPage());
