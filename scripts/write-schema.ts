/** `npm run schema`: writes schema/modprobot.schema.json from the same source as the validation. */
import { writeFile } from 'node:fs/promises';
import { configJsonSchema } from '../src/config/schema.js';

const target = new URL('../schema/modprobot.schema.json', import.meta.url);
await writeFile(target, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
