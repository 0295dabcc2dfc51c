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

/** One line as the operator reads it: `file: /pointer: message`. Line breaks in any of them are written as \u000a. */
export const describeProblem = ({ file, pointer, message, severity }: Problem): string =>
  escapeControls(
    `${file}: ${pointer === '' ? '' : `${pointer}: `}${severity === 'warning' ? 'warning: ' : ''}${message}`,
  );

const escapeControls = (text: string): string =>
  text.replace(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
