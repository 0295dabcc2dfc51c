/** What is wrong with a redirect file, and where. A problem is a value: it is counted, shown and never thrown. */
export interface Problem {
  /** Path of the redirect file. */
  file: string;
  /** JSON pointer to the place, for example `/schema2_data/3`; empty: the whole file. */
  pointer: string;
  message: string;
  /** An error keeps the file out of service (its last good version stays); a warning does not. */
  severity: 'error' | 'warning';
}

/** One line as the operator reads it: `file: /pointer: message`. */
export const describeProblem = ({ file, pointer, message, severity }: Problem): string =>
  `${file}: ${pointer === '' ? '' : `${pointer}: `}${severity === 'warning' ? 'warning: ' : ''}${message}`;
