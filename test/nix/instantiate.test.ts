import { nixSentence } from '../../src/nix/instantiate.js';

describe('nixSentence', () => {
  it('takes the innermost error of a trace', () => {
    const trace = [
      'error:',
      "       … while evaluating the attribute 'sets'",
      '         at «string»:1:2:',
      '            1| {',
      '       error: linux 6.8 was removed because it has reached its end of life upstream',
    ].join('\n');
    expect(nixSentence(trace)).toBe('linux 6.8 was removed because it has reached its end of life upstream');
  });

  it('takes a short complaint', () => {
    expect(nixSentence("warning: something\nerror: attribute 'kernel' missing\n")).toBe("attribute 'kernel' missing");
  });

  it('leaves out the place and the lines of source that follow', () => {
    const trace = "error: undefined variable 'x'\n\n       at /tree/default.nix:1:1:\n\n            1| x\n";
    expect(nixSentence(trace)).toBe("undefined variable 'x'");
  });

  it('joins a sentence that nixpkgs writes over several lines', () => {
    const trace = 'error:\n       … from call site\n       error: the option was removed.\n       Use the other one.\n';
    expect(nixSentence(trace)).toBe('the option was removed. Use the other one.');
  });

  it('is empty when Nix says nothing', () => {
    expect(nixSentence('Killed\n')).toBe('');
  });
});
