import type { Call } from './call.js';
import type { Reply } from './reply.js';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly headers: Readonly<Record<string, string>>;
}

/** The page that the client asks for (30 items, 100 at most) and the Link header that leads to the others. */
export function page<Item>(call: Call, all: readonly Item[]): Page<Item> {
  const perPage = Math.min(100, Math.max(1, Number(call.query.per_page ?? 30)));
  const number = Math.max(1, Number(call.query.page ?? 1));
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const links: string[] = [];
  const link = (target: number, relation: string) => {
    const url = new URL(call.url);
    url.searchParams.set('page', String(target));
    links.push(`<${url.href}>; rel="${relation}"`);
  };
  if (number > 1) link(number - 1, 'prev');
  if (number < last) link(number + 1, 'next');
  if (number < last) link(last, 'last');
  if (number > 1) link(1, 'first');
  const items = all.slice((number - 1) * perPage, number * perPage);
  return { items, headers: links.length > 0 ? { link: links.join(', ') } : {} };
}

/** A list in full JSON, one page of it. */
export async function list<Item>(call: Call, all: readonly Item[], view: (item: Item) => unknown): Promise<Reply> {
  const { items, headers } = page(call, all);
  return { status: 200, headers, json: await Promise.all(items.map(view)) };
}

/** A list inside an object that also tells how many there are: `{ total_count, check_runs: […] }`. */
export async function countedList<Item>(
  call: Call,
  all: readonly Item[],
  name: string,
  view: (item: Item) => unknown,
  more: object = {},
): Promise<Reply> {
  const { items, headers } = page(call, all);
  const views = await Promise.all(items.map(view));
  return { status: 200, headers, json: { total_count: all.length, ...more, [name]: views } };
}
