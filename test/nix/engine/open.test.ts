import { openEngine } from '../../../src/nix/engine/open.js';
import { readEngineSettings } from '../../../src/nix/engine/settings.js';

const nowhere = { MODPROBOT_CONTAINER_PROGRAM: '/nowhere/podman' };

describe('openEngine', () => {
  it('says how to enable a build when Nix is switched off, and refuses to run', async () => {
    const opened = await openEngine(readEngineSettings({ MODPROBOT_ENGINE: 'none' }));
    expect(opened.found).toContain('MODPROBOT_ENGINE=none');
    const command = { program: 'nix-store', args: [], trees: [], network: 'none', timeoutMs: 1000 } as const;
    await expect(opened.engine.run(command)).rejects.toMatchObject({ code: 'engine-missing' });
  });

  it('names what is missing when the wanted engine is not there', async () => {
    const opening = openEngine(readEngineSettings({ ...nowhere, MODPROBOT_ENGINE: 'container' }));
    await expect(opening).rejects.toMatchObject({
      code: 'engine-missing',
      message: expect.stringContaining('/nowhere/podman does not answer'),
    });
  });

  it('goes on without Nix when it may choose and finds nothing', async () => {
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      const opened = await openEngine(readEngineSettings({ ...nowhere, MODPROBOT_ENGINE: 'auto' }));
      expect(opened.engine.name).toBe('none');
      expect(opened.found).toContain('Install podman');
    } finally {
      process.env.PATH = path;
    }
  });
});

describe('readEngineSettings', () => {
  it('has a default for everything, and takes empty for not set', () => {
    const settings = readEngineSettings({ MODPROBOT_ENGINE: '', MODPROBOT_CONTAINER_RUNTIME: '' });
    expect(settings).toMatchObject({ engine: 'auto', container: { program: 'auto', runtime: null, memory: '8g' } });
    expect(settings.container.image).toMatch(/^docker\.io\/nixos\/nix:\d/);
  });

  it.each([
    ['MODPROBOT_ENGINE', 'docker'],
    ['MODPROBOT_CONTAINER_MEMORY', 'lots'],
    ['MODPROBOT_NIX_IMAGE', '--privileged'],
    ['MODPROBOT_CONTAINER_ULIMITS', 'nofile=4096 --privileged'],
    ['MODPROBOT_CONTAINER_PROCESSES', '1'],
  ])('refuses %s=%s and names the variable', (name, value) => {
    expect(() => readEngineSettings({ [name]: value })).toThrow(name);
  });
});
