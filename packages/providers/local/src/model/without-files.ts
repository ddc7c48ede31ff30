// Refuses what a local model cannot read, before the call goes to the engine's thread.
import { type LanguageCall, ModeshiftError } from '@modeshift/core';

/** The call, where it has no files. Throws `unsupported` otherwise. */
export function withoutFiles(call: LanguageCall): LanguageCall {
  for (const { content } of call.messages) {
    if (typeof content === 'string') continue;
    for (const part of content) {
      const inner = part.type === 'tool-result' && typeof part.content !== 'string' ? part.content : [];
      const file = [part, ...inner].find(one => one.type === 'file');
      if (file?.type === 'file')
        throw new ModeshiftError(
          { tag: 'unsupported', feature: file.mediaType },
          `A local model reads text, and no file of the type ${file.mediaType}. Send its text, or choose a model that reads files.`,
        );
    }
  }
  return call;
}
