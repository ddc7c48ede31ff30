// What an author of a page says about the app.
import type { OfferedModel } from '@modeshift/compare';
import type { EmbeddingModel, RerankModel } from '@modeshift/core';
import type { Principal } from '@modeshift/rag';
import type { User } from '@modeshift/ui';

/** Options of `knowledgeBaseApp`. */
export interface KnowledgeBaseAppOptions {
  /** Where files, index and runs are kept. Left out: `.modeshift/knowledge-base` in the folder where the process runs. */
  readonly folder?: string;
  /** The language of the page. Left out: `auto`, as the visitor's browser says. */
  readonly lang?: 'auto' | 'en' | 'zh';
  /** Models that may write answers; the first is chosen at first. Left out: all that can be reached, and none is chosen at first. */
  readonly models?: readonly OfferedModel[];
  /**
   * The model that embeds, or its name as `modeshift index --embedder` takes it. Left out: what `MODESHIFT_EMBEDDER` names, else as
   * the command line chooses.
   */
  readonly embedder?: string | EmbeddingModel;
  /**
   * Orders passages anew where a visitor wants that. Left out: a recommended checkpoint that is on this machine,
   * else the model that writes the answer.
   */
  readonly reranker?: RerankModel;
  /** Whether visitors may have pages fetched. Addresses of private networks are refused in any case. Left out: `true`. */
  readonly urls?: boolean;
  /**
   * Folders on the server whose files visitors may bring in by the folder's name; they are read where they are, again at each
   * re-indexing. Left out: those of `MODESHIFT_FOLDERS`, separated as in `PATH`; without it none.
   */
  readonly folders?: readonly string[];
  /**
   * Whose documents a visitor sees: users of one tenant share collections, and labels say who sees which document. Left out: each
   * user is a tenant, and everybody is the same one where nobody logs in.
   */
  readonly principalOf?: (user: User | undefined) => Principal;
}
