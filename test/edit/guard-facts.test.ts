import { compareFacts } from '../../src/edit/guard-facts.js';
import type { Facts, PackageFacts } from '../../src/nix/facts.js';

const driver: PackageFacts = {
  state: 'present',
  version: '1.0',
  name: 'driver-1.0-6.12.63',
  drvPath: '/nix/store/a-driver.drv',
  sources: [{ drvPath: '/nix/store/s.drv', name: 'source', urls: ['https://a.example/1.0'], hash: 'old', rev: 'v1.0' }],
  patches: [{ drvPath: null, name: 'fix.patch' }],
  broken: false,
  unfree: false,
  unsupported: false,
  insecure: false,
  position: 'pkgs/driver/default.nix:12',
  maintainers: ['somebody'],
  meta: { description: 'A driver', license: 'GPL-2.0-only' },
  tests: [],
};
const updated: PackageFacts = {
  ...driver,
  version: '1.1',
  name: 'driver-1.1-6.12.63',
  drvPath: '/nix/store/b-driver.drv',
  sources: [{ drvPath: '/nix/store/t.drv', name: 'source', urls: ['https://a.example/1.1'], hash: 'new', rev: 'v1.1' }],
};
function facts(attrs: Record<string, PackageFacts>, version = '6.12.63', packages = {}): Facts {
  const set = { state: 'present', version, modDirVersion: version, attrs } as const;
  const kmod = { path: '/nix/store/kmod', drvPath: null };
  return { system: 'x86_64-linux', kmod, sets: { linux_6_12: set }, packages };
}

describe('compareFacts', () => {
  it('lets version, name, source and derivation paths differ', () => {
    const compared = compareFacts(
      'driver',
      facts({ driver, other: driver }),
      facts({ driver: updated, other: driver }),
    );
    expect(compared).toEqual({ outcome: 'compared', shared: [], packages: [] });
  });

  it('names the other attributes that change because they share the file, but no other names of the same', () => {
    const compared = compareFacts(
      'driver',
      facts({ driver, alias: driver, tools: { ...driver, drvPath: '/nix/store/a-tools.drv' } }),
      facts({ driver: updated, alias: updated, tools: { ...updated, drvPath: '/nix/store/b-tools.drv' } }),
    );
    expect(compared).toEqual({ outcome: 'compared', shared: ['tools'], packages: [] });
  });

  it.each([
    ['a patch', { patches: [] }],
    ['whether it is broken', { broken: true }],
    ['its licence', { unfree: true }],
    ['its maintainers', { maintainers: [] }],
    ['the number of its sources', { sources: [] }],
    ['its license', { meta: { ...driver.meta, license: 'Unlicense' } }],
    ['its tests', { tests: ['smoke'] }],
  ])('stops at a change of %s, and shows it', (_, change) => {
    const compared = compareFacts('driver', facts({ driver }), facts({ driver: { ...updated, ...change } }));
    expect(compared).toMatchObject({
      outcome: 'refused',
      code: 'guard-facts',
      reason: expect.stringContaining('linux_6_12.driver'),
    });
  });

  it('stops when an attribute or a kernel goes or comes', () => {
    expect(compareFacts('driver', facts({ driver }), facts({}))).toMatchObject({ code: 'guard-facts' });
    expect(compareFacts('driver', facts({ driver }), facts({ driver }, '6.12.64'))).toMatchObject({
      code: 'guard-facts',
    });
    expect(compareFacts('driver', facts({ driver }), { ...facts({ driver }), sets: {} })).toMatchObject({
      code: 'guard-facts',
    });
  });

  it('shows what differs', () => {
    const meta = { ...driver.meta, license: 'Unlicense' };
    expect(compareFacts('driver', facts({ driver }), facts({ driver: { ...updated, meta } }))).toMatchObject({
      reason: 'The edit would change meta.license of linux_6_12.driver from "GPL-2.0-only" to "Unlicense".',
    });
  });

  it('stops at an edit that changes nothing', () => {
    expect(compareFacts('driver', facts({ driver }), facts({ driver }))).toMatchObject({ code: 'guard-facts' });
  });

  it('holds packages outside of the kernel scope to the same, and names them', () => {
    const packages = (one: PackageFacts) => facts({ driver: one }, '6.12.63', { tools: one });
    const compared = compareFacts('driver', packages(driver), packages(updated));
    expect(compared).toEqual({ outcome: 'compared', shared: [], packages: ['tools'] });
    const broken = { ...updated, broken: true };
    expect(
      compareFacts('driver', packages(driver), facts({ driver: updated }, '6.12.63', { tools: broken })),
    ).toMatchObject({ code: 'guard-facts', reason: expect.stringContaining('broken of tools') });
  });

  it('lets the words differ in which an absent attribute is explained', () => {
    const throwing = (sentence: string): Facts => ({
      ...facts({ driver }),
      sets: { linux_6_8: { state: 'throws', sentence } },
    });
    expect(compareFacts('driver', throwing('1.0 is gone'), throwing('1.1 is gone'))).toMatchObject({
      outcome: 'compared',
    });
  });
});
