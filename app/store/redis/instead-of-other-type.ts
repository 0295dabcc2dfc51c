/** Somebody may have written over a key of the index, so that it has another type: what is written next takes its place. Pure. */

/** For `catch` of a command: what it answers instead then. Every other fault stays one. */
export const insteadOfOtherType =
  <T>(instead: T) =>
  (error: Error): T => {
    if (error.message.includes('WRONGTYPE')) return instead;
    throw error;
  };
