export { Bm25, type Bm25Hit, type Bm25Json, type Bm25Options } from './bm25.ts';
export { labelInformation } from './label-information.ts';
export { modes } from './modes.ts';
export { type NearestMode, type NearestOptions, nearest } from './nearest.ts';
export { type Evidence, loadNearest, type NearestSolution } from './nearest-solution.ts';
export type { VoteSettings } from './neighbour-vote.ts';
export { porterStem } from './porter-stemmer.ts';
export { type SearchTermOptions, searchTerms } from './tokenize-for-search.ts';
