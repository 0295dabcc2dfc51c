/** How long a test waits for an answer of Redis: so long that one which is held up for a moment is answered all the same. */
export const PATIENT_MS = 10_000;
