export type {
  Answer,
  AnswerEvent,
  AnswerStatus,
  AnswerStep,
  Citation,
  NumberedPassage,
  QuoteCheck,
  SourcePlace,
  Turn,
} from './answer/answer.ts';
export { questionCoverage } from './answer/content-terms.ts';
export { type Answerer, type AnswererOptions, type AnswerOptions, createAnswerer } from './answer/create-answerer.ts';
export {
  type ExtractiveReaderOptions,
  extractiveReader,
  type Reader,
  type ReadSentence,
} from './answer/extractive-reader.ts';
export { type FoundQuote, findQuote } from './answer/find-quote.ts';
export { type RetrievedMode, type RetrievedModeOptions, retrieved } from './answer/retrieved.ts';
export { type LoadRetrievedOptions, loadRetrieved, type RetrievedSolution } from './answer/retrieved-solution.ts';
export { Bm25, type Bm25Hit, type Bm25Json, type Bm25Options } from './bm25.ts';
export { type Chunk, type Chunker, indexText } from './chunk/chunk.ts';
export { type CodeChunkerOptions, codeChunker } from './chunk/code-chunker.ts';
export type { CodeGrammar } from './chunk/code-tree.ts';
export type { Block, Metadata, MetadataValue, Place, SourceDocument, Span } from './chunk/document.ts';
export { markdownBlocks, markdownDocument } from './chunk/markdown-blocks.ts';
export { type ParentChildOptions, parentChildChunker } from './chunk/parent-child-chunker.ts';
export { plainBlocks } from './chunk/plain-blocks.ts';
export { type SentenceWindowOptions, sentenceWindowChunker } from './chunk/sentence-window-chunker.ts';
export { sentenceEnds } from './chunk/sentences.ts';
export { type SlidingWindowOptions, slidingWindowChunker } from './chunk/sliding-window-chunker.ts';
export { type StructureChunkerOptions, structureChunker } from './chunk/structure-chunker.ts';
export type { CountTokens, TokenBudget } from './chunk/token-measure.ts';
export {
  type EvaluateRetrievalOptions,
  evaluateRetrieval,
  type RetrievalEvaluation,
  type RetrievalFigure,
  type RetrievalQuery,
} from './evaluate/evaluate-retrieval.ts';
export {
  type GeneratedQuestion,
  type GenerateQuestionsOptions,
  generateQuestions,
} from './evaluate/generate-questions.ts';
export { type AnswerJudgement, type JudgedAnswer, type JudgeOptions, judgeAnswer } from './evaluate/judge-answer.ts';
export { type RankingMetric, type Relevance, rankingMetric } from './evaluate/ranking-metrics.ts';
export { type BeirDataset, readBeir } from './evaluate/read-beir.ts';
export {
  type ChunkInDocument,
  type Contextualizer,
  type ContextualPrefixOptions,
  contextualPrefixes,
  type WrittenPrefix,
} from './ingest/contextual-prefixes.ts';
export { type FailedSource, type IngestOptions, type IngestReport, ingest } from './ingest/ingest.ts';
export { type WatchOptions, watchFolders } from './ingest/watch-folders.ts';
export { labelInformation } from './label-information.ts';
export { type ListOptions, listFiles } from './load/list-files.ts';
export { loadFiles } from './load/load-files.ts';
export { type GitOptions, loadGit } from './load/load-git.ts';
export { loadUrls, type UrlOptions } from './load/load-urls.ts';
export type { LoadOptions } from './load/read-sources.ts';
export { modes } from './modes.ts';
export { type NearestMode, type NearestOptions, nearest } from './nearest.ts';
export { type Evidence, loadNearest, type NearestSolution } from './nearest-solution.ts';
export type { VoteSettings } from './neighbour-vote.ts';
export { porterStem } from './porter-stemmer.ts';
export {
  hypotheticalAnswer,
  multiQuery,
  type QueryExpander,
  type RewriteOptions,
  rewriteQuery,
  type SearchQueries,
  type SeveralOptions,
} from './retrieve/expand-query.ts';
export type { Fusion, FusionWeights } from './retrieve/fuse.ts';
export {
  type LanguageRerankerOptions,
  type LikelihoodRerankerOptions,
  languageReranker,
  likelihoodReranker,
} from './retrieve/language-reranker.ts';
export { type MultiHopOptions, multiHop } from './retrieve/multi-hop.ts';
export {
  createRetriever,
  type Passage,
  type Retrieved,
  type RetrieveOptions,
  type Retriever,
  type RetrieverOptions,
  type StepName,
  type StepScore,
  spaceName,
} from './retrieve/retriever.ts';
export type { StepReport } from './retrieve/step-recorder.ts';
export { type Access, maySee, type Principal } from './store/access.ts';
export {
  type Filter,
  type FilterNode,
  type FilterOperator,
  matchesFilter,
  parseFilter,
  type Scalar,
} from './store/filter.ts';
export { type LanceStore, type LanceStoreOptions, openLanceStore } from './store/lance/open-lance-store.ts';
export { openPostgresStore, type PostgresStoreOptions } from './store/postgres/open-postgres-store.ts';
export { type OpenStoreOptions, openStore } from './store/sqlite/open-store.ts';
export type {
  ChunkWrite,
  Collection,
  DocumentKey,
  DocumentWrite,
  EmbeddingSpace,
  FullDocument,
  Hit,
  KnowledgeStore,
  SearchOptions,
  StoredChunk,
  StoredDocument,
  VectorSearchOptions,
} from './store/store.ts';
export { type SearchTermOptions, searchTerms } from './tokenize-for-search.ts';
