import { Fault } from '../errors.js';
import { parseAge } from './age.js';
import { choose } from './choose.js';
import { isKernel } from './kernel.js';
import { compilePattern } from './pattern.js';
import type { Choice, JudgedTag } from './release.js';
import { parseSeries, type SeriesPin } from './series.js';
import { parseSeenList, parseTagList } from './tag-list.js';

/** The options of `modprobot choose` as they were typed; files are already read. */
export interface ChooseOptions {
  readonly current: string;
  readonly pattern: string;
  readonly tagsText: string;
  readonly seenText?: string | undefined;
  readonly series?: string | undefined;
  /** `6.6,6.12` */
  readonly kernels?: string | undefined;
  /** Tags or versions, separated by commas. */
  readonly ignore?: string | undefined;
  /** `3d` */
  readonly minimumAge?: string | undefined;
  readonly now: Date;
}

/** The object that `modprobot choose --json` prints. */
export interface ChooseAnswer {
  readonly chosen: string | null;
  readonly version: string | null;
  readonly kernel: string | null;
  readonly schemeChanged: boolean;
  readonly verdicts: readonly JudgedTag[];
}

/** Chooses from text as it was typed. Throws `pattern-invalid`, `tag-list-invalid` or `option-invalid`. */
export function chooseFromText(options: ChooseOptions): ChooseAnswer {
  const choice = choose({
    pattern: compilePattern(options.pattern),
    current: options.current,
    tags: parseTagList(options.tagsText, 'the list of tags'),
    ...(options.series === undefined ? {} : { series: readSeries(options.series) }),
    kernels: readKernels(options.kernels),
    ignore: splitList(options.ignore),
    minimumAge: readAge(options.minimumAge),
    now: options.now,
    seen: parseSeenList(options.seenText ?? '', 'the list of tags seen before'),
  });
  return toAnswer(choice);
}

export function toAnswer({ chosen, schemeChanged, verdicts }: Choice): ChooseAnswer {
  return {
    chosen: chosen?.tag.name ?? null,
    version: chosen?.version ?? null,
    kernel: chosen?.kernel ?? null,
    schemeChanged,
    verdicts,
  };
}

function readSeries(text: string): SeriesPin {
  const series = parseSeries(text);
  if (series !== null) return series;
  throw invalid('--series', text, 'a series is a letter (f), leading numbers (2.3), or both (g4)');
}

function readKernels(text: string | undefined): string[] {
  return splitList(text).map((kernel) => {
    if (isKernel(kernel)) return kernel;
    throw invalid('--kernels', kernel, 'kernels are written as 6.6,6.12');
  });
}

function readAge(text: string | undefined): number {
  if (text === undefined) return 0;
  const age = parseAge(text);
  if (age !== null) return age;
  throw invalid('--minimum-age', text, 'a length of time is written as 12h, 3d or 2w');
}

function splitList(text: string | undefined): string[] {
  return (text ?? '').split(',').flatMap((entry) => entry.trim() || []);
}

function invalid(option: string, value: string, help: string): Fault {
  return new Fault('option-invalid', `${option} ${JSON.stringify(value)} cannot be used: ${help}.`, { option, value });
}
