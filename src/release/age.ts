const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** What `parseAge` reads, for a schema. */
export const agePattern = /^([0-9]{1,6}) ?(?:(m|h|d|w)|(minute|hour|day|week)s?)$/;

/** Milliseconds of `30m`, `12h`, `3d`, `2w` or `3 days`; null for what is no length of time. */
export function parseAge(text: string): number | null {
  const found = agePattern.exec(text.trim());
  const unit = units[(found?.[2] ?? found?.[3] ?? '').charAt(0)];
  return found === null || unit === undefined ? null : Number(found[1]) * unit;
}
