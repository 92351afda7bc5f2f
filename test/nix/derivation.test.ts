import fc from 'fast-check';
import { derivationInputs, isFixedOutput, splitDerivations } from '../../src/nix/derivation.js';

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

describe('isFixedOutput', () => {
  const withOutputs = (...outputs: string[]) =>
    `Derive([${outputs.join(',')}],[],[],"x","/bin/sh",[],[("outputHash","aa")])`;

  it.each([
    ['a fetched file', ['("out","/nix/store/o","sha256","0fa1")'], true],
    ['a fetched tree', ['("out","/nix/store/o","r:sha256","0fa1")'], true],
    ['any other, whatever its environment says', ['("out","/nix/store/o","","")'], false],
    ['one whose hash is found out afterwards', ['("out","","r:sha256","")'], false],
    ['an impure one', ['("out","","r:sha256","impure")'], false],
    ['one with a free output', ['("dev","/nix/store/d","sha256","0fa1")', '("out","/nix/store/o","","")'], false],
    ['one without outputs', [], false],
  ])('tells %s', (_, outputs, expected) => {
    expect(isFixedOutput(withOutputs(...outputs))).toBe(expected);
  });
});

describe('splitDerivations', () => {
  it('takes derivations apart, whatever their strings hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (odds) => {
        const texts = odds.map((odd) => `Derive([],[],[],"x","/bin/sh",[],[("env",${quoted(`Derive([${odd}`)})])`);
        expect(splitDerivations(texts.join(''))).toEqual(texts);
      }),
    );
  });

  it('refuses half a derivation', () => {
    expect(() => splitDerivations('Derive([("out"')).toThrow('not a derivation');
  });
});
