// Entry for Node: what needs a file system.
export { fileStore } from './file-store.ts';
