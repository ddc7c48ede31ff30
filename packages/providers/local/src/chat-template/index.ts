// Chat templates: messages to the text that a model was trained on, and what a model writes back to parts.
export type { ChatSegment, ChatTemplate, RenderedChat, RenderOptions } from './chat-template.ts';
export { type EncodedChat, encodeChat } from './encode-chat.ts';
export { type ChatTemplateOptions, chatTemplate } from './jinja-chat-template.ts';
export { type OutputFormat, outputFormatOf, type ToolCallFormat } from './output-format.ts';
export { type OutputEvent, type OutputParser, type OutputParserOptions, outputParser } from './output-parser.ts';
export { readChatTemplate } from './read-chat-template.ts';
