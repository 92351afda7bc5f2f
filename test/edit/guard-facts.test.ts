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
};
const updated: PackageFacts = {
  ...driver,
  version: '1.1',
  name: 'driver-1.1-6.12.63',
  drvPath: '/nix/store/b-driver.drv',
  sources: [{ drvPath: '/nix/store/t.drv', name: 'source', urls: ['https://a.example/1.1'], hash: 'new', rev: 'v1.1' }],
};
function facts(attrs: Record<string, PackageFacts>, version = '6.12.63'): Facts {
  const set = { state: 'present', version, modDirVersion: version, attrs } as const;
  return { system: 'x86_64-linux', kmod: { path: '/nix/store/kmod', drvPath: null }, sets: { linux_6_12: set } };
}

describe('compareFacts', () => {
  it('lets version, name, source and derivation paths differ', () => {
    const compared = compareFacts(
      'driver',
      facts({ driver, other: driver }),
      facts({ driver: updated, other: driver }),
    );
    expect(compared).toEqual({ outcome: 'compared', shared: [] });
  });

  it('names the other attributes that change because they share the file', () => {
    const compared = compareFacts(
      'driver',
      facts({ driver, tools: driver }),
      facts({ driver: updated, tools: updated }),
    );
    expect(compared).toEqual({ outcome: 'compared', shared: ['tools'] });
  });

  it.each([
    ['a patch', { patches: [] }],
    ['whether it is broken', { broken: true }],
    ['its licence', { unfree: true }],
    ['its maintainers', { maintainers: [] }],
    ['the number of its sources', { sources: [] }],
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
});
