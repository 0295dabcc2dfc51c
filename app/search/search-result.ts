/** One repository that a search found, as Crane's JSON knows it: name, description, is_trusted, is_official, star_count, should_filter. */
export interface SearchResult {
  name: string;
  description: string;
  isTrusted: boolean;
  isOfficial: boolean;
  starCount: number;
  /** To be shown only if the repository is served here and this client may see it. */
  isFiltered: boolean;
}
