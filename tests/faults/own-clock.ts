/**
 * A program whose clock of the day can be set back while it runs, without touching that of the machine: node reads a script
 * before the program, in every process and thread of it, which shifts `Date` once a certain file exists.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryDirectory } from '../support/temporary-directory';

export interface OwnClock {
  /** To be started with. */
  environment: Record<string, string>;
  setBack: () => void;
  /** The program has noticed. */
  isSetBack: () => boolean;
}

const LOOK_EVERY_MS = 10;

export function createOwnClock(byMs: number): OwnClock {
  const folder = createTemporaryDirectory();
  const sign = join(folder, 'set-back');
  const noticed = join(folder, 'noticed');
  const script = join(folder, 'own-clock.cjs');
  writeFileSync(script, printScript(sign, noticed, byMs));
  return {
    environment: { NODE_OPTIONS: `--require=${script}` },
    setBack: () => writeFileSync(sign, ''),
    isSetBack: () => existsSync(noticed),
  };
}

const printScript = (sign: string, noticed: string, byMs: number): string => `
  const { existsSync, writeFileSync } = require('node:fs');
  const { isMainThread } = require('node:worker_threads');
  const MachineDate = Date;
  let shiftMs = 0;
  globalThis.Date = class extends MachineDate {
    constructor(...given) {
      if (given.length === 0) super(MachineDate.now() - shiftMs);
      else super(...given);
    }
    static now() {
      return MachineDate.now() - shiftMs;
    }
  };
  setInterval(() => {
    if (shiftMs !== 0 || !existsSync(${JSON.stringify(sign)})) return;
    shiftMs = ${byMs};
    if (isMainThread) writeFileSync(${JSON.stringify(noticed)}, '');
  }, ${LOOK_EVERY_MS}).unref();
`;
