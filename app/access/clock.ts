/** The wall clock as tokens write it: whole seconds since 1970. */
export const readClockSeconds = (): number => Math.floor(Date.now() / 1000);
