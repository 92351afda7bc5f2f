/**
 * Outside text in GitHub's Markdown. Two ways and no third: as code, where nothing is markup, or as prose in which every
 * sign that could be markup, a mention, a reference or an address has been defused.
 */
const longest = 300;
const mostNames = 6;

/** As inline code, one line, cut at 300 characters; also inside a table's cell and a link's text. */
export function code(text: string): string {
  const line = oneLine(text) || ' ';
  const needsEntities = /[`|]|^\s|\s$/.test(line);
  return needsEntities ? `<code>${entities(line)}</code>` : `\`${line}\``;
}

/**
 * As prose that never begins a line, one line, cut at 300 characters: reads the same, but is no markup, pings nobody and links to nothing.
 * GitHub looks for mentions, references, commit ids and addresses after Markdown is rendered, so an entity alone does
 * not stop it: a zero-width space inside does.
 */
export function prose(text: string): string {
  return entities(unlinked(oneLine(text)));
}

/** For titles and the subjects of commits, which are no Markdown but are read for mentions and references. */
export function title(text: string): string {
  return oneLine(text).replace(/[@#]/g, `$&${gap}`);
}

function unlinked(text: string): string {
  return text
    .replace(/[@#]/g, `$&${gap}`)
    .replace(/(gh)-(?=\d)/gi, `$1-${gap}`)
    .replace(/:\/\//g, `:${gap}//`)
    .replace(/(?<=www)\./gi, `${gap}.`)
    .replace(/(?<![0-9a-z])(?=\d*[a-f])[0-9a-f]{7,}(?![0-9a-z])/gi, (hex) => `${hex.slice(0, 6)}${gap}${hex.slice(6)}`);
}

/** Control characters, line ends among them, become spaces; what is invisible and reorders text goes. */
function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * longest)
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ');
  return line.length > longest ? `${[...line].slice(0, longest).join('')}…` : line;
}

/** The first few names as code, and how many more there are. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map(code).join(', ');
  return names.length > mostNames ? `${shown} and ${names.length - mostNames} more` : shown;
}

/** Under a summary that opens it. The blank lines make GitHub render Markdown inside. */
export function folded(summary: string, content: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

/** A link to an address that this program made. */
export function link(label: string, address: string): string {
  return `[${label}](<${address}>)`;
}

const gap = '\u200b';

function entities(text: string): string {
  return text.replace(/[!#$&()*+:<=>@[\\\]^_`{|}~\u200b-]/g, (sign) => `&#${sign.codePointAt(0)};`);
}
