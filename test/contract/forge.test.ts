import { memoryForge } from '../publish/memory-forge.js';
import { describeForge, type ForgeWorld, readme } from './forge.js';

describeForge('in memory, for tests', async (): Promise<ForgeWorld> => {
  const forge = memoryForge({ 'README.md': readme });
  return {
    forge,
    commitByHand: async (branch, path, text) => forge.push(branch, 'ada', { [path]: text }),
    async closeByHand(number) {
      const index = forge.pulls.findIndex((pull) => pull.number === number);
      forge.pulls[index] = { ...forge.pulls[index]!, state: 'closed' };
    },
    checksOn: async (commit) =>
      Object.fromEntries(
        forge.checks.filter(({ sha }) => sha === commit).map(({ name, state, title }) => [name, [state, title]]),
      ),
    close: async () => {},
  };
});
