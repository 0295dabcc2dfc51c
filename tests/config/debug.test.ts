/** What turns everything in the log on. */
import { ConfigurationFiles, expectConfig } from './configuration-files';

let files: ConfigurationFiles;
beforeEach(() => {
  files = new ConfigurationFiles();
});
afterEach(() => files.remove());

describe('debug', () => {
  it.each([
    ['[general] debug', { DAVIT_GENERAL_DEBUG: 'on' }],
    ['CRANE_DEBUG', { CRANE_DEBUG: 'True' }],
    [
      'CRANE_DEBUG, whatever else is set',
      { CRANE_DEBUG: 'true', DAVIT_GENERAL_DEBUG: 'false', DAVIT_LOG_LEVEL: 'error' },
    ],
  ])('is turned on by %s and logs everything', (_title, environment) => {
    const { general, log } = expectConfig(files.load({ environment }));

    expect(general.isDebug).toBe(true);
    expect(log.level).toBe('debug');
  });

  it.each(['1', 'yes', 'false', ''])('is not turned on by CRANE_DEBUG=%s', (value) => {
    expect(expectConfig(files.load({ environment: { CRANE_DEBUG: value } })).general.isDebug).toBe(false);
  });
});
