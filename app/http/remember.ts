/** Keeps the answers of a pure function of a header, for the headers that came last. */

/** Far more than there are kinds of clients; a client that invents headers makes it start anew. */
const MOST_ANSWERS = 500;

/** Longer headers are nobody's habit, and are not kept. */
const LONGEST_HEADER = 1024;

export function remember<T>(parse: (header: string | undefined) => T): (header: string | undefined) => T {
  const answers = new Map<string | undefined, T>();
  return (header) => {
    const known = answers.get(header);
    if (known !== undefined) return known;
    const answer = parse(header);
    if (header !== undefined && header.length > LONGEST_HEADER) return answer;
    if (answers.size >= MOST_ANSWERS) answers.clear();
    answers.set(header, answer);
    return answer;
  };
}
