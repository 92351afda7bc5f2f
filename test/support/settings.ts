import { readSettings, type Settings } from '../../src/config/settings.js';
import { someApp } from './small-github.js';

/** Settings of a server on a free port. */
export function settingsFor(dataDirectory: string, some: Partial<Settings> = {}): Settings {
  const settings = readSettings({ MODPROBOT_DATA: dataDirectory, HOST: '127.0.0.1', PORT: '0' });
  return { ...settings, app: someApp(), ...some };
}
