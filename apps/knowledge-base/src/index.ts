export { type KnowledgeBaseApp, knowledgeBaseApp } from './knowledge-base-app.ts';
export type { KnowledgeBaseAppOptions } from './options.ts';
