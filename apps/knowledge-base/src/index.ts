export { type KnowledgeBaseApp, type KnowledgeBaseAppOptions, knowledgeBaseApp } from './knowledge-base-app.ts';
