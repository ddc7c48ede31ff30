export { type AvailableModelsOptions, availableModels, type OfferedModel } from './available-models.ts';
export { type ChatApp, type ChatAppOptions, chatApp } from './chat-app.ts';
