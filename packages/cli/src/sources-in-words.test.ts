// The lines below an answer, for what models cite.
import type { Citation } from '@modeshift/rag';
import { describe, expect, it } from 'vitest';
import { sourcesInWords } from './sources-in-words.ts';

const place = { documentId: 'refund.md', tenant: '', chunkId: 'a', start: 0, end: 3, line: 3, headings: [] };
const cited = (more: Partial<Citation>): Citation => ({
  ...{ number: 1, statement: { start: 0, end: 0 }, quote: '七天内', check: 'exact', source: place },
  ...more,
});

describe('sourcesInWords', () => {
  it('says each place once, and what is no source', () => {
    const missing = { check: 'missing', source: undefined } as const;
    const citations = [
      cited({}),
      cited({}),
      cited({ number: 9, quote: '', ...missing }),
      cited({ quote: '十天', ...missing }),
    ];
    expect(sourcesInWords({ citations, status: 'answered', finishReason: 'stop' })).toBe(
      '\n\n[1] refund.md:3 “七天内”\n[9] is no source\n[1] not in the sources: “十天”\n',
    );
  });

  it('shows the beginning of what a number without a quote stands for', () => {
    const citations = [cited({ quote: '😀\n退'.repeat(300), check: 'unquoted', source: { ...place, page: 2 } })];
    const text = sourcesInWords({ citations, status: 'answered', finishReason: 'stop' });
    expect(Array.from(text).length).toBeLessThan(330);
    expect(text).toMatch(/^\n\n\[1\] refund\.md:3, page 2 “😀 退😀.*…” \(not quoted\)\n$/u);
  });

  it('says that an answer is cut off, and that nothing holds', () => {
    expect(sourcesInWords({ citations: [], status: 'unsupported', finishReason: 'length' })).toBe(
      '\n\nThe answer is cut off: the model used up its limit of tokens.\nNo citation of this answer holds: do not rely on it.\n',
    );
    expect(sourcesInWords({ citations: [], status: 'not-found', finishReason: 'stop' })).toBe('\n');
  });
});
