// Examples in words become the tokens a person would expect, and only the model's own words count.
import type { Message, TrainExample, TrainSpec } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { fixture, golden } from '../../test/training-fixtures.ts';
import { localTrainable } from './local-trainable.ts';
import type { TextTrainer } from './text-trainer.ts';
import type { CausalExample, ClassificationExample, PreferenceExample } from './token-example.ts';

async function rendered<T>(name: string, spec: TrainSpec, examples: readonly TrainExample[]) {
  const trainer: TextTrainer = await localTrainable(fixture(name), { threads: 1 }).trainer(spec);
  try {
    const { tokenizer } = trainer.options;
    return {
      examples: trainer.render(examples) as unknown as T[],
      decode: (ids: readonly number[]) => tokenizer.decode(ids),
    };
  } finally {
    await trainer.dispose();
  }
}

const counted = ({ ids, labels }: CausalExample): number[] => ids.filter((_, i) => labels![i] !== -100);

describe('a conversation', () => {
  it('counts what the assistant says, its end included, as transformers masks it', async () => {
    const { chat } = golden('qwen3', 'golden.json');
    const masked = chat.find((one: { assistantMask?: number[] }) => one.assistantMask);
    const { examples } = await rendered<CausalExample>('qwen3', { method: 'lora' }, [{ messages: masked.messages }]);
    expect(examples[0]!.ids).toEqual(masked.ids);
    expect(examples[0]!.labels!.map(label => Number(label !== -100))).toEqual(masked.assistantMask);
  });

  it('as a prompt counts the completion only', async () => {
    const prompt: Message[] = [
      { role: 'user', content: '你好' },
      { role: 'assistant', content: '您好！' },
      { role: 'user', content: '法国的首都？' },
    ];
    const { examples, decode } = await rendered<CausalExample>('qwen3', { method: 'lora' }, [
      { prompt, completion: '巴黎' },
    ]);
    expect(decode(counted(examples[0]!))).toMatch(/^(<think>\s*<\/think>\s*)?巴黎<\|im_end\|>\s*$/);
  });
});

describe('plain text', () => {
  it('ends with the end-of-text token, and a prompt does not count', async () => {
    const { examples, decode } = await rendered<CausalExample>('llama', { method: 'lora' }, [
      { text: '天地玄黄' },
      { prompt: '法国的首都是', completion: '巴黎。' },
    ]);
    const [text, pair] = examples as [CausalExample, CausalExample];
    expect(text.ids.at(-1)).toBe(319);
    expect(text.labels).toBeUndefined();
    expect(decode(pair.ids)).toContain('法国的首都是巴黎。');
    expect(counted(pair).at(-1)).toBe(319);
    expect(decode(counted(pair).slice(0, -1))).toBe('巴黎。');
  });
});

describe('labels', () => {
  it('are found by name', async () => {
    const loss = { kind: 'classification', labels: ['退款', 'delivery'] } as const;
    const spec: TrainSpec = { method: 'head', loss };
    const { examples } = await rendered<ClassificationExample>('bert-mean', spec, [
      { text: 'where is my parcel', label: 'delivery' },
      { text: '我要退款', pair: '谢谢', label: '退款' },
    ]);
    expect(examples.map(({ label }) => label)).toEqual([1, 0]);
    expect(examples[1]!.typeIds).toContain(1);
    await expect(rendered('bert-mean', spec, [{ text: 'a', label: 'other' }])).rejects.toThrow(/退款, delivery/);
    const many = { ...spec, loss: { ...loss, problem: 'multi-label' } as const };
    const several = await rendered<ClassificationExample>('bert-mean', many, [
      { text: 'a', label: ['delivery', '退款'] },
    ]);
    expect(several.examples[0]!.label).toEqual([1, 1]);
  });
});

describe('a preference', () => {
  it('has one prompt and two answers', async () => {
    const spec: TrainSpec = { method: 'lora', loss: { kind: 'preference' } };
    const { examples, decode } = await rendered<PreferenceExample>('qwen3', spec, [
      { prompt: [{ role: 'user', content: 'hi' }], chosen: 'hello', rejected: 'go away' },
      { prompt: 'the weather is', chosen: ' cold', rejected: ' warm' },
    ]);
    const [chat, plain] = examples as [PreferenceExample, PreferenceExample];
    expect(decode(chat.chosen)).toMatch(/hello<\|im_end\|>/);
    expect(decode(chat.rejected)).toMatch(/go away<\|im_end\|>/);
    expect(decode([...plain.prompt, ...plain.chosen])).toContain('the weather is cold');
    expect(plain.chosen.at(-1)).toBe(plain.rejected.at(-1));
  });

  it('refuses examples of another kind', async () => {
    const spec: TrainSpec = { method: 'lora', loss: { kind: 'preference' } };
    await expect(rendered('llama', spec, [{ text: 'a' }])).rejects.toThrow(/chosen and rejected/);
    await expect(
      rendered('llama', { method: 'lora' }, [{ messages: [{ role: 'user', content: 'a' }] }]),
    ).rejects.toThrow(/chat template|assistant/);
  });
});
