// A tiny language model in the package itself, and the tasks that it was never taught.

export { type NanoDirectoryOptions, nanoDirectory } from './nano-directory.ts';
export { type NanoTask, nanoTasks } from './nano-tasks.ts';
