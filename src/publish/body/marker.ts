/**
 * The two HTML comments between which the App's part of a pull request's text stands. The last one is the marker: by it
 * the pull request is found again, and from it decisions are read back if the store is lost. It is believed only in a
 * pull request that the App itself opened.
 */
export interface Marker {
  readonly attr: string;
  /** The branch that the pull request goes to. */
  readonly base: string;
  /** The version that it proposes. */
  readonly version: string;
  /** Whether the App made it a draft: a draft that says otherwise was made by a person. */
  readonly draft: boolean;
}

export const opening = '<!-- modprobot:begin -->';

/** `<!-- modprobot:update {"attr":"zfs",…} -->`: JSON in ASCII, without anything that could end the comment. */
export function formatMarker({ attr, base, version, draft }: Marker): string {
  const json = JSON.stringify({ attr, base, version, draft });
  const safe = json.replace(/[<>\u007f-\uffff]|--/g, (signs) => [...signs].map(escapeSign).join(''));
  return `<!-- modprobot:update ${safe} -->`;
}

function escapeSign(sign: string): string {
  return Array.from({ length: sign.length }, (_, index) => hex(sign.charCodeAt(index))).join('');
}

function hex(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/** The last marker in the text; null when there is none or it is not exactly what `formatMarker` writes. */
export function parseMarker(body: string): Marker | null {
  const json = lastMarker(body)?.json;
  if (json === undefined) return null;
  try {
    return toMarker(JSON.parse(json));
  } catch {
    return null;
  }
}

function toMarker(value: unknown): Marker | null {
  if (typeof value !== 'object' || value === null) return null;
  const { attr, base, version, draft, ...rest } = value as Record<string, unknown>;
  if (typeof attr !== 'string' || typeof base !== 'string' || typeof version !== 'string') return null;
  if (typeof draft !== 'boolean' || Object.keys(rest).length > 0) return null;
  return { attr, base, version, draft };
}

/** The text with the App's part replaced; what people wrote above and below it stays. */
export function replaceOwnPart(body: string, own: string): string {
  const text = body.replaceAll('\r\n', '\n');
  const start = text.search(/^<!-- modprobot:begin -->$/m);
  const marker = lastMarker(text);
  if (start < 0 || marker === undefined || marker.end < start) return own;
  return text.slice(0, start) + own + text.slice(marker.end);
}

function lastMarker(text: string): { readonly json: string; readonly end: number } | undefined {
  const found = [...text.matchAll(/^<!-- modprobot:update (\{.*\}) -->\r?$/gm)].at(-1);
  if (found?.[1] === undefined) return undefined;
  return { json: found[1], end: found.index + found[0].replace(/\r$/, '').length };
}
