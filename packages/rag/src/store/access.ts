// Who reads and writes: said once, when a collection is opened, and never left out of a query after that.
import { invalidInput, ModeshiftError } from '@modeshift/core';

/** Somebody who may see some of a collection. */
export interface Principal {
  /** Whose documents. Left out: those of the empty tenant, which is a tenant like any other. */
  readonly tenant?: string;
  /** The labels that this principal has: users, groups, roles. Left out: none, so only documents without labels are seen. */
  readonly labels?: readonly string[];
}

/**
 * What an open collection shows: everything, or what one principal may see. A document is seen by principals of its tenant that
 * have one of its access labels, or by all of its tenant where it has none.
 */
export type Access = 'all' | Principal;

/** The tenant whose documents are meant where none is named. */
export function tenantOf(access: Access): string {
  return access === 'all' ? '' : (access.tenant ?? '');
}

/** Whether a document may be seen. Stores do the same in their own query language. */
export function maySee(
  access: Access,
  document: { readonly tenant?: string; readonly access?: readonly string[] },
): boolean {
  if (access === 'all') return true;
  if (tenantOf(access) !== (document.tenant ?? '')) return false;
  const needed = document.access ?? [];
  return needed.length === 0 || needed.some(label => access.labels?.includes(label));
}

/** Refuses what is no access, so that a forgotten value opens nothing. */
export function checkAccess(access: Access): void {
  if (access === 'all') return;
  const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every(one => typeof one === 'string');
  const fits =
    typeof access === 'object' &&
    access !== null &&
    (access.tenant === undefined || typeof access.tenant === 'string') &&
    (access.labels === undefined || isStrings(access.labels));
  if (!fits)
    throw invalidInput('Say who opens the collection: { tenant, labels }, or "all" for everything that is in it.');
}

/** The error of a principal that writes what is not its own. */
export function notYours(id: string): ModeshiftError {
  return new ModeshiftError(
    { tag: 'refused' },
    `The document "${id}" is not this principal's to write. Open the collection for its tenant and with one of its labels.`,
  );
}
