import type { PathExpression } from '../syntax/tree.js';
import type { PathValue } from './values.js';

/** `./a` or `../a` against the file it stands in; null for what is computed, absolute or outside the root. */
export function resolvePath(expression: PathExpression, file: string): PathValue {
  const text = expression.parts.map((part) => (part.type === 'text' ? part.value : null));
  if (text.includes(null)) return { type: 'path', path: null };
  const written = text.join('');
  if (written.startsWith('/') || written.startsWith('~')) return { type: 'path', path: null };
  const segments = file.split('/').slice(0, -1);
  for (const segment of written.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return { type: 'path', path: null };
  }
  return { type: 'path', path: segments.join('/') };
}
