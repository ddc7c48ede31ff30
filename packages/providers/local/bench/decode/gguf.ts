// The same weights as GGUF files: f32, Q8_0 or Q4_0.
import { open } from 'node:fs/promises';
import { entries, type Sizes, values } from './checkpoints.ts';

/** How matrices are stored; vectors are always f32. */
export type GgufFormat = 'f32' | 'int8' | 'int4';

/** Numbers of `ggml_type` and of `general.file_type`: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
const types = { f32: { tensor: 0, file: 0 }, int8: { tensor: 8, file: 7 }, int4: { tensor: 2, file: 2 } } as const;
const alignment = 32;

class Writer {
  readonly #parts: Buffer[] = [];
  uint32 = (value: number): this => this.#put(4, part => part.writeUInt32LE(value));
  uint64 = (value: number): this => this.#put(8, part => part.writeBigUInt64LE(BigInt(value)));
  float32 = (value: number): this => this.#put(4, part => part.writeFloatLE(value));
  text(value: string): this {
    const bytes = Buffer.from(value);
    this.uint64(bytes.length);
    this.#parts.push(bytes);
    return this;
  }
  bytes = (): Buffer => Buffer.concat(this.#parts);
  #put(size: number, write: (part: Buffer) => void): this {
    const part = Buffer.alloc(size);
    write(part);
    this.#parts.push(part);
    return this;
  }
}

/** Rows of each head from halves to pairs: llama.cpp turns neighbours where Hugging Face's checkpoints turn halves. */
function paired(data: Float32Array, rows: number, headSize: number): Float32Array {
  const columns = data.length / rows;
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const within = row % headSize;
    const from = row - within + (within % 2 ? headSize / 2 : 0) + (within >> 1);
    out.set(data.subarray(from * columns, (from + 1) * columns), row * columns);
  }
  return out;
}

function half(value: number): number {
  const array = new Float16Array([value]);
  return new Uint16Array(array.buffer)[0]!;
}

/** Blocks of 32 numbers with a scale in 16 bits. */
function packed(data: Float32Array, format: 'int8' | 'int4'): Buffer {
  const size = format === 'int8' ? 34 : 18;
  const out = Buffer.alloc((data.length / 32) * size);
  for (let block = 0; block < data.length / 32; block++) {
    const part = data.subarray(block * 32, block * 32 + 32);
    let extreme = 0;
    for (const value of part) if (Math.abs(value) > Math.abs(extreme)) extreme = value;
    const scale = format === 'int8' ? Math.abs(extreme) / 127 : extreme / -8;
    const at = block * size;
    out.writeUInt16LE(half(scale), at);
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let i = 0; i < (format === 'int8' ? 32 : 16); i++) {
      if (format === 'int8') out.writeInt8(Math.round(part[i]! * inverse), at + 2 + i);
      else {
        const low = Math.min(15, Math.floor(part[i]! * inverse + 8.5));
        const high = Math.min(15, Math.floor(part[i + 16]! * inverse + 8.5));
        out.writeUInt8(low | (high << 4), at + 2 + i);
      }
    }
  }
  return out;
}

/** How a weight is stored: vectors are floats, and the table of tokens, which is the output projection too, has 8 bits beside 4, as ours. */
const stored = ({ gguf, shape }: { gguf: string; shape: readonly number[] }, format: GgufFormat): GgufFormat => {
  if (shape.length === 1) return 'f32';
  return format === 'int4' && gguf.startsWith('token_embd') ? 'int8' : format;
};

/** Writes a file that llama.cpp reads. Its vocabulary is made up: texts are not what is measured. */
export async function writeGguf(path: string, sizes: Sizes, format: GgufFormat): Promise<void> {
  const { hidden, layers, heads, keyHeads, inner, vocabulary, context } = sizes;
  const list = entries(sizes);
  const headSize = hidden / heads;
  const header = new Writer();
  const numbers = {
    'general.alignment': alignment,
    'general.file_type': types[format].file,
    'llama.context_length': context,
    'llama.embedding_length': hidden,
    'llama.block_count': layers,
    'llama.feed_forward_length': inner,
    'llama.attention.head_count': heads,
    'llama.attention.head_count_kv': keyHeads,
    'llama.rope.dimension_count': headSize,
    'llama.vocab_size': vocabulary,
    'tokenizer.ggml.bos_token_id': 1,
    'tokenizer.ggml.eos_token_id': 2,
    'tokenizer.ggml.unknown_token_id': 0,
  };
  header
    .uint32(0x46554747)
    .uint32(3)
    .uint64(list.length)
    .uint64(Object.keys(numbers).length + 6);
  for (const [key, value] of Object.entries(numbers)) header.text(key).uint32(4).uint32(value);
  header.text('general.architecture').uint32(8).text('llama');
  header.text('llama.attention.layer_norm_rms_epsilon').uint32(6).float32(1e-5);
  header.text('tokenizer.ggml.model').uint32(8).text('llama');
  header.text('tokenizer.ggml.tokens').uint32(9).uint32(8).uint64(vocabulary);
  const names = [
    '<unk>',
    '<s>',
    '</s>',
    ...Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`),
  ];
  for (let id = 0; id < vocabulary; id++) header.text(names[id] ?? `▁t${id}`);
  header.text('tokenizer.ggml.scores').uint32(9).uint32(6).uint64(vocabulary);
  for (let id = 0; id < vocabulary; id++) header.float32(-id);
  header.text('tokenizer.ggml.token_type').uint32(9).uint32(5).uint64(vocabulary);
  for (let id = 0; id < vocabulary; id++) header.uint32(id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1);
  let offset = 0;
  const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;
  for (const entry of list) {
    const { gguf, shape } = entry;
    const as = stored(entry, format);
    header.text(gguf).uint32(shape.length);
    for (const dim of shape.toReversed()) header.uint64(dim);
    header.uint32(types[as].tensor).uint64(offset);
    const count = shape.reduce((a, b) => a * b, 1);
    offset += aligned(as === 'f32' ? count * 4 : (count / 32) * (as === 'int8' ? 34 : 18));
  }
  const file = await open(path, 'w');
  const write = async (bytes: Uint8Array): Promise<void> => {
    await file.write(bytes);
    await file.write(Buffer.alloc(aligned(bytes.length) - bytes.length));
  };
  await write(header.bytes());
  for (const entry of list) {
    const turned = /attn_[qk]\./.test(entry.gguf);
    const data = turned ? paired(values(entry), entry.shape[0]!, headSize) : values(entry);
    const floats = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const as = stored(entry, format);
    await write(as === 'f32' ? floats : packed(data, as));
  }
  await file.close();
}
