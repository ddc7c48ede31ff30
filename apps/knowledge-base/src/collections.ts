// Which collections a visitor has: a collection of the store belongs to one tenant, and every reading of it names who reads.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { type Collection, type KnowledgeStore, maySee, type Principal } from '@modeshift/rag';
import type { User } from '@modeshift/ui';
import type { Source, SourceShelf } from './source-shelf.ts';

/** The collection that is there before any other. */
export const firstCollection = 'default';

/** A collection as one visitor has it. */
export interface OwnCollection {
  /** As the visitor calls it. */
  readonly name: string;
  /** As the store calls it. */
  readonly key: string;
  readonly principal: Principal;
  readonly collection: Collection;
}

/** The collections of an app. */
export class Collections {
  readonly #store: KnowledgeStore;
  readonly #shelf: SourceShelf;
  readonly #principalOf: (user: User | undefined) => Principal;

  constructor(store: KnowledgeStore, shelf: SourceShelf, principalOf: (user: User | undefined) => Principal) {
    this.#store = store;
    this.#shelf = shelf;
    this.#principalOf = principalOf;
  }

  /** The names of a visitor's collections. */
  async names(user: User | undefined): Promise<readonly string[]> {
    const prefix = prefixOf(this.#principalOf(user));
    const keys = await this.#store.collections();
    const names = keys.filter(key => key.startsWith(prefix)).map(key => key.slice(prefix.length));
    return [...new Set([firstCollection, ...names.filter(name => !name.includes('/')).sort()])];
  }

  /**
   * A visitor's collection; with `create` a new one where there is none.
   *
   * @throws ModeshiftError `invalid-input` for what is no name, `not-found`.
   */
  async open(name: string, user: User | undefined, create = false): Promise<OwnCollection> {
    if (!/^[^/\p{Cc}]{1,100}$/u.test(name))
      throw invalidInput('The name of a collection is 1 to 100 characters, without "/".');
    const names = await this.names(user);
    if (!create && !names.includes(name))
      throw new ModeshiftError(
        { tag: 'not-found' },
        `There is no collection "${name}". Add documents to it to make it, or take one of: ${names.join(', ')}.`,
      );
    const principal = this.#principalOf(user);
    return this.reopen(name, principal);
  }

  /** The same for a principal that was looked up before, e.g. when a run began. */
  async reopen(name: string, principal: Principal): Promise<OwnCollection> {
    const key = `${prefixOf(principal)}${name}`;
    return { name, key, principal, collection: await this.#store.collection(key, principal) };
  }

  /** What the visitor may see of the sources. */
  sources({ key, principal }: OwnCollection): readonly Source[] {
    return this.#shelf.list(key).filter(source => maySee(principal, source));
  }

  /** @throws ModeshiftError `not-found`, also for what others have. */
  source(own: OwnCollection, id: string): Source {
    const source = this.#shelf.get(own.key, id);
    if (source && maySee(own.principal, source)) return source;
    throw new ModeshiftError({ tag: 'not-found' }, `There is no document "${id}" in "${own.name}".`);
  }

  /** Deletes what the visitor may see of a collection, and the collection itself where nothing is left. Says how many. */
  async clear(own: OwnCollection): Promise<number> {
    const sources = this.sources(own);
    for (const source of sources) await this.remove(own, source);
    const rest = await (await this.#store.collection(own.key, 'all')).count();
    if (rest.documents === 0 && this.#shelf.list(own.key).length === 0) await this.#store.deleteCollection(own.key);
    return sources.length;
  }

  async remove({ collection }: OwnCollection, source: Source): Promise<void> {
    await collection.delete({ documents: [{ id: source.id }] });
    await this.#shelf.remove(source);
  }
}

/** Names without a tenant are the store's own, so the command line finds them; those of a tenant follow its name. */
function prefixOf({ tenant = '' }: Principal): string {
  return tenant === '' ? '' : `${encodeURIComponent(tenant)}/`;
}
