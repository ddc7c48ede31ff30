// Subtitles: WebVTT and SubRip, each cue with the time it begins.
import { invalidInput } from '@modeshift/core';
import type { SourceDocument } from '../chunk/document.ts';
import { plainBlocks } from '../chunk/plain-blocks.ts';
import { PlacedText } from './placed-text.ts';

const timing = /^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{3})\s+-->\s/;

/** What is said, without marks; the words of one speaker follow each other. */
export function readSubtitles(id: string, source: string): SourceDocument {
  const text = new PlacedText();
  let cues = 0;
  let speaker = '';
  for (const part of source.split(/\r?\n(?:[ \t]*\r?\n)+/)) {
    const lines = part.split(/\r?\n/);
    const at = lines.findIndex(line => timing.test(line));
    if (at < 0) continue;
    cues++;
    const raw = lines.slice(at + 1).join('\n');
    const voice = /<v(?:\.[^\s>]*)?\s+([^>]+)>/.exec(raw)?.[1]?.trim() ?? '';
    const words = entities(raw.replaceAll(/<[^>]*>/g, '')).trim();
    if (words === '') continue;
    text.place(timing.exec(lines[at]!)![1]!.replace(',', '.'));
    if (voice !== speaker) text.gap();
    if (voice !== '' && voice !== speaker) text.line(`${voice}:`);
    speaker = voice;
    text.line(words);
  }
  if (cues === 0) throw invalidInput('The subtitles have no cue: no line with "-->" between two times.');
  const { text: all, places } = text.document(id);
  return { id, text: all, blocks: plainBlocks(all), ...(places && { places }) };
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', nbsp: ' ', lrm: '', rlm: '' };
const entities = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (_, name: string) => named[name]!);
