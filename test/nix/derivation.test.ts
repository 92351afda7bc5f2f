import fc from 'fast-check';
import { derivationInputs } from '../../src/nix/derivation.js';

const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

describe('derivationInputs', () => {
  it('reads inputs with the outputs that are needed of them', () => {
    const text =
      'Derive([("out","/nix/store/o-x","","")],[("/nix/store/a-linux.drv",["dev","out"]),("/nix/store/b-bash.drv",["out"])],' +
      '["/nix/store/s-builder.sh"],"x86_64-linux","/bin/bash",["-e","a],[b"],[("env","(\\"[")])';
    expect(derivationInputs(text)).toEqual([
      { drvPath: '/nix/store/a-linux.drv', outputs: ['dev', 'out'] },
      { drvPath: '/nix/store/b-bash.drv', outputs: ['out'] },
    ]);
  });

  it('reads a derivation without inputs', () => {
    expect(derivationInputs('Derive([("out","","","")],[],[],"x","/bin/sh",[],[])')).toEqual([]);
  });

  it('is not led astray by whatever an output or a path holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string(), { minLength: 1 }), (odd, outputs) => {
        const needed = outputs.map((_, place) => `"out${place}"`).join(',');
        const text = `Derive([(${quoted(odd)},"/nix/store/o","","")],[("/nix/store/a.drv",[${needed}])],[${quoted(odd)}],"","",[],[])`;
        expect(derivationInputs(text)).toEqual([
          { drvPath: '/nix/store/a.drv', outputs: outputs.map((_, place) => `out${place}`) },
        ]);
      }),
    );
  });

  it('refuses what is no derivation', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.startsWith('Derive(['));
        expect(() => derivationInputs(text)).toThrow('not a derivation');
      }),
    );
    expect(() => derivationInputs('Derive([("out"')).toThrow('not a derivation');
  });
});
