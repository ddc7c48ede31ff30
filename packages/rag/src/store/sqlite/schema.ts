// The tables of the file. All but `segments` and `removals` is the truth; those two are derived from it and can be made again.
export const schemaVersion = 3;
/** "MSkb", in the file's header: says that it is ours. */
export const applicationId = 0x4d536b62;

export const schema = `
CREATE TABLE state (revision INTEGER NOT NULL);
INSERT INTO state VALUES (0);
CREATE TABLE collections (key INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
CREATE TABLE documents (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  collection INTEGER NOT NULL REFERENCES collections,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  open INTEGER NOT NULL,
  access TEXT NOT NULL,
  title TEXT,
  uri TEXT,
  metadata TEXT NOT NULL,
  content_hash TEXT,
  pipeline TEXT,
  chunk_count INTEGER NOT NULL,
  structure TEXT NOT NULL,
  text TEXT NOT NULL,
  UNIQUE (collection, tenant, id)
);
CREATE TABLE document_access (
  document INTEGER NOT NULL REFERENCES documents,
  label TEXT NOT NULL,
  PRIMARY KEY (document, label)
) WITHOUT ROWID;
CREATE TABLE metadata_values (
  collection INTEGER NOT NULL,
  field TEXT NOT NULL,
  kind TEXT NOT NULL,
  value ANY NOT NULL,
  document INTEGER NOT NULL REFERENCES documents,
  PRIMARY KEY (collection, field, kind, value, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX metadata_values_by_document ON metadata_values (document);
CREATE TABLE chunks (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  collection INTEGER NOT NULL,
  document INTEGER NOT NULL REFERENCES documents,
  id TEXT NOT NULL,
  hash TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  place TEXT NOT NULL,
  text TEXT NOT NULL,
  index_text TEXT,
  UNIQUE (document, ordinal),
  UNIQUE (collection, id)
);
CREATE INDEX chunks_by_hash ON chunks (collection, hash);
CREATE TABLE spaces (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  collection INTEGER NOT NULL REFERENCES collections,
  name TEXT NOT NULL,
  dimensions INTEGER NOT NULL,
  size INTEGER NOT NULL DEFAULT 0,
  mean BLOB,
  encoded_at INTEGER NOT NULL DEFAULT 0,
  epoch INTEGER NOT NULL DEFAULT 0,
  UNIQUE (collection, name)
);
CREATE TABLE vectors (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  space INTEGER NOT NULL REFERENCES spaces,
  chunk INTEGER NOT NULL REFERENCES chunks,
  vector BLOB NOT NULL,
  UNIQUE (chunk, space)
);
CREATE TABLE segments (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  owner INTEGER NOT NULL,
  last INTEGER NOT NULL,
  size INTEGER NOT NULL,
  data_check INTEGER NOT NULL,
  extra_check INTEGER,
  data BLOB NOT NULL,
  extra BLOB
);
CREATE INDEX segments_by_owner ON segments (kind, owner, last);
CREATE TABLE removals (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  owner INTEGER NOT NULL,
  entry INTEGER NOT NULL
);
CREATE INDEX removals_by_owner ON removals (kind, owner);
`;

/** What makes a file of version 2 one of this version: its codes are of another form, and the next write makes them again. */
export const fromVersion2 = `
DELETE FROM segments WHERE kind = 'codes';
DELETE FROM removals WHERE kind = 'codes';
UPDATE spaces SET mean = NULL, encoded_at = 0, epoch = epoch + 1;
PRAGMA user_version = ${schemaVersion};
`;
