/** Reads an error body of the registry specifications as the strictest old client does. */
import type { HttpAnswer } from './http';

export const jsonOf = (answer: HttpAnswer): unknown => JSON.parse(answer.body.toString('utf8'));

/** The codes; one whose detail is missing or null says so, since docker 1.10 to 17.11 do not fall back on it. */
export function errorCodesOf(answer: HttpAnswer): string[] {
  const { errors } = jsonOf(answer) as { errors: { code: string; detail?: unknown }[] };
  return errors.map(({ code, detail }) => (detail === undefined || detail === null ? `${code} without detail` : code));
}
