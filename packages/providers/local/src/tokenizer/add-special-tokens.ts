// Post-processors of tokenizer.json: the special tokens round a text or a pair of texts.
import { damaged, partsOf, type TokenizerPart, unknownPart } from './tokenizer-json.ts';

/** A place in a template: one of the texts, or a token. */
export type TemplatePlace =
  | { readonly text: 'a' | 'b'; readonly typeId: number }
  | { readonly ids: readonly number[]; readonly typeId: number };

/** What stands round one text, and round two. */
export interface SpecialTokenTemplate {
  readonly single: readonly TemplatePlace[];
  readonly pair: readonly TemplatePlace[];
}

const known = ['Sequence', 'TemplateProcessing', 'BertProcessing', 'RobertaProcessing', 'ByteLevel'];

/** Nothing round the texts. */
export const bareTemplate: SpecialTokenTemplate = {
  single: [{ text: 'a', typeId: 0 }],
  pair: [
    { text: 'a', typeId: 0 },
    { text: 'b', typeId: 1 },
  ],
};

/** The template of a part. */
export function specialTokenTemplate(part: TokenizerPart | null | undefined): SpecialTokenTemplate {
  if (part === null || part === undefined) return bareTemplate;
  switch (part.type) {
    case 'Sequence': {
      const templates = partsOf(part, 'processors').map(specialTokenTemplate);
      return templates.find(template => template !== bareTemplate) ?? bareTemplate;
    }
    case 'ByteLevel':
      return bareTemplate;
    case 'TemplateProcessing':
      return { single: places(part, 'single'), pair: places(part, 'pair') };
    case 'BertProcessing':
    case 'RobertaProcessing': {
      const [cls, sep] = [idOfEntry(part.cls), idOfEntry(part.sep)];
      const bert = part.type === 'BertProcessing';
      const single: TemplatePlace[] = [
        { ids: [cls], typeId: 0 },
        { text: 'a', typeId: 0 },
        { ids: [sep], typeId: 0 },
      ];
      const typeId = bert ? 1 : 0;
      const between: TemplatePlace[] = bert ? [] : [{ ids: [sep], typeId: 0 }];
      return { single, pair: [...single, ...between, { text: 'b', typeId }, { ids: [sep], typeId }] };
    }
    default:
      throw unknownPart('post-processor', part, known);
  }
}

function places(part: TokenizerPart, field: string): TemplatePlace[] {
  const tokens = (part.special_tokens ?? {}) as Record<string, { readonly ids?: unknown } | undefined>;
  return partsOf(part, field).map(place => {
    const sequence = place.Sequence as { readonly id?: unknown; readonly type_id?: unknown } | undefined;
    if (sequence) return { text: sequence.id === 'B' ? 'b' : 'a', typeId: Number(sequence.type_id ?? 0) };
    const special = place.SpecialToken as { readonly id?: unknown; readonly type_id?: unknown } | undefined;
    const ids = tokens[String(special?.id)]?.ids;
    if (!Array.isArray(ids)) throw damaged(`the template names ${JSON.stringify(special?.id)}, which has no ids`);
    return { ids: ids as number[], typeId: Number(special?.type_id ?? 0) };
  });
}

function idOfEntry(entry: unknown): number {
  const id: unknown = Array.isArray(entry) ? entry[1] : undefined;
  if (typeof id !== 'number') throw damaged('the post-processor names a token without an id');
  return id;
}
