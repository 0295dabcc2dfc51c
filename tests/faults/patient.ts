/**
 * Settings of a front for tests of other faults than a slow Redis: held up by the machine, it may have to wait for Redis for longer than is
 * usual, and is not to say for that that it cannot answer.
 */
export const PATIENT = { lookup_timeout: 5 };
