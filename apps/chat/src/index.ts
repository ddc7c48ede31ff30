export { type ChatApp, type ChatAppOptions, chatApp } from './chat-app.ts';
