// Conversations in the browser's own database. The server keeps none.
import type { Conversation } from './conversation.ts';

const name = 'modeshift';
const table = 'conversations';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(table, { keyPath: 'id' }).createIndex('scope', 'scope');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(table, mode);
      const request = work(transaction.objectStore(table));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** Conversations of a scope, the one that was changed last first. */
export async function listConversations(scope: string): Promise<readonly Conversation[]> {
  const found = await within<Conversation[]>('readonly', store => store.index('scope').getAll(scope));
  return found.toSorted((a, b) => b.updatedAt - a.updatedAt);
}

export async function saveConversation(conversation: Conversation): Promise<void> {
  await within('readwrite', store => store.put(conversation));
}

export async function deleteConversation(id: string): Promise<void> {
  await within('readwrite', store => store.delete(id));
}
