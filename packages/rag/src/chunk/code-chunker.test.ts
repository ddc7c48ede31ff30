// Code by its syntax: whole definitions, paths as headings, exact places, for every language and for code that is broken.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chunker, indexText } from './chunk.ts';
import { codeChunker } from './code-chunker.ts';
import { codeGrammars } from './code-tree.ts';

const cut = async (name: string, text: string, maxTokens: number, grammars?: []): Promise<string[]> => {
  const chunker = await codeChunker({ maxTokens, countTokens: one => one.length, ...(grammars && { grammars }) });
  return chunker
    .chunk({ id: name, text })
    .map(chunk => `${chunk.line} ${chunk.headings.join(' > ')} | ${chunk.text.split('\n')[0]}`);
};

const typescript = `import { a } from 'b';

/** 购物车。 */
@sealed
export class Cart<T> extends Base {
  #items: T[] = [];

  /** 加一件。 */
  async add(item: T): Promise<void> {
    await this.save(item);
    this.#items.push(item);
  }

  get 总价() {
    return this.#items.reduce((sum, one) => sum + one.price, 0);
  }
}

export const empty = (): Cart<never> => {
  return new Cart();
};
`;

describe('codeChunker', () => {
  it('keeps definitions whole with their comments, and says the path to them', async () => {
    expect(await cut('cart.ts', typescript, 160)).toEqual([
      "1  | import { a } from 'b';",
      '3 Cart | /** 购物车。 */',
      '8 Cart > add | /** 加一件。 */',
      '14 Cart > 总价 | get 总价() {',
      '19 empty | export const empty = (): Cart<never> => {',
    ]);
    expect(await cut('cart.ts', typescript, 2000)).toHaveLength(1);
    const [, , add] = (await codeChunker({ maxTokens: 160, countTokens: one => one.length })).chunk({
      id: 'cart.ts',
      text: typescript,
    });
    expect(indexText(add!).split('\n')[0]).toBe('Cart');
  });

  it.each([
    [
      'a.py',
      'class 车(Base):\n    """购物车"""\n\n    @cached\n    def add(self, x):\n        self.x.append(x)\n\n\nasync def main():\n    pass\n',
      ['车', '车 > add', 'main'],
    ],
    [
      'A.java',
      'class Cart {\n  int total;\n\n  Cart(int a) {\n    total = a + a;\n  }\n\n  void add(int b) {\n    total += b + b;\n  }\n}\n',
      ['Cart', 'Cart > Cart', 'Cart > add'],
    ],
    [
      'a.cpp',
      'namespace shop {\nclass Cart {\n public:\n  int add(int x) {\n    return total += x;\n  }\n};\n\nint Cart::sum(int a) {\n  return a + a;\n}\n}\n',
      ['shop > Cart', 'shop > Cart > add', 'shop > Cart::sum'],
    ],
    [
      'a.rs',
      'struct Cart {\n    items: Vec<i32>,\n}\n\nimpl Add for Cart {\n    fn add(&mut self, x: i32) {\n        self.items.push(x);\n    }\n}\n\nfn main() {\n    println!("你好，世界，你好，世界");\n}\n',
      ['Cart', 'Cart > add', 'main'],
    ],
    [
      'a.go',
      'package shop\n\nfunc (c *Cart) Add(x int) {\n\tc.items = append(c.items, x)\n}\n\nfunc main() {\n\tfmt.Println("你好，世界，你好，世界")\n}\n',
      ['Add', 'main'],
    ],
    [
      'a.php',
      '<?php\nclass Cart {\n  public function add($x) {\n    $this->items[] = $x;\n  }\n\n  public function sum() {\n    return array_sum($this->items);\n  }\n}\n',
      ['Cart', 'Cart > add', 'Cart > sum'],
    ],
    [
      'a.js',
      'function add(a, b) {\n  return a + b + a + b + a + b;\n}\n\nmodule.exports = { add: add, other: add, third: add };\n',
      ['add'],
    ],
    [
      'a.rb',
      'module Shop\n  class Cart\n    def add(item)\n      @items << item << item << item\n    end\n\n    def total\n      @items.sum { |item| item.price }\n    end\n  end\nend\n',
      ['Shop > Cart > add', 'Shop > Cart > total'],
    ],
    [
      'a.kt',
      'class Cart {\n    fun add(item: Item) {\n        items.add(item); items.add(item)\n    }\n\n    fun total(): Int {\n        return items.sumOf { it.price }\n    }\n}\n',
      ['Cart > add', 'Cart > total'],
    ],
    [
      'a.sh',
      'greet() {\n  echo "你好，世界，你好，世界，你好"\n}\n\npart() {\n  echo "再见，世界，再见，世界，再见"\n}\n',
      ['greet', 'part'],
    ],
  ])('knows the definitions of %s', async (name, text, paths) => {
    const found = (await cut(name, text, 70)).map(line => line.replace(/^\d+ (.*?) \|.*$/, '$1'));
    for (const one of paths) expect(found).toContain(one);
  });

  it('cuts by indentation where there is no grammar, much the same', async () => {
    expect(await cut('cart.ts', typescript, 160, [])).toEqual([
      "1  | import { a } from 'b';",
      '3 Cart | /** 购物车。 */',
      '8 Cart > add | /** 加一件。 */',
      '14 Cart > 总价 | get 总价() {',
      '19  | export const empty = (): Cart<never> => {',
    ]);
  });

  it('leaves other documents to another chunker, and is named by its grammars', async () => {
    const chunker = await codeChunker({ maxTokens: 50 });
    expect(chunker.chunk({ id: 'a.md', text: '一。\n\n二。' }).map(chunk => chunk.text)).toEqual(['一。\n\n二。']);
    expect(chunker.id).toContain(codeGrammars.join());
    expect((await codeChunker({ grammars: ['python'] })).id).not.toBe(chunker.id);
    await expect(codeChunker({ maxTokens: 0 })).rejects.toThrow('"maxTokens" is 0');
    await expect(codeChunker({ minTokens: -1 })).rejects.toThrow('"minTokens" is -1');
  });

  it('holds itself to its budget on this repository, and ends where code is broken or endless', async () => {
    const chunker = await codeChunker({ maxTokens: 200 });
    const whole = readFileSync(path.join(import.meta.dirname, 'code-chunker.ts'), 'utf8');
    const chunks = chunker.chunk({ id: 'a.ts', text: whole });
    expect(chunks.map(chunk => chunk.headings.at(-1))).toEqual(expect.arrayContaining(['split', 'merge', 'partsOf']));
    for (const text of [
      whole.slice(0, whole.length / 2),
      whole.slice(5000),
      '('.repeat(50_000),
      '[\n'.repeat(20_000),
      'x\n'.repeat(20_000),
    ])
      for (const id of ['a.ts', 'a.py', 'a.rb']) check(chunker, id, text, 200);
  }, 60_000);
});

/** Every chunk is where it says, within its budget, and no word is lost. */
function check(chunker: Chunker, id: string, text: string, maxTokens: number): void {
  const chunks = chunker.chunk({ id, text });
  let end = 0;
  let lost = '';
  for (const chunk of chunks) {
    expect(text.slice(chunk.start, chunk.end)).toBe(chunk.text);
    expect(chunk.start).toBeGreaterThanOrEqual(end);
    const tokens = Math.ceil(Buffer.byteLength(chunk.text.toWellFormed()) / 3);
    if (tokens > maxTokens) expect([...chunk.text]).toHaveLength(1);
    expect(/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(chunk.text) && text.isWellFormed()).toBe(false);
    lost += text.slice(end, chunk.start);
    end = chunk.end;
  }
  expect((lost + text.slice(end)).trim()).toBe('');
}

describe('codeChunker on any text', () => {
  const parts = [
    ...[
      'function 名(a) {',
      '}',
      '  ',
      '\n',
      '\n\n',
      '\t',
      'class A {',
      'def f(x):',
      '# 注',
      '// 注\n',
      '/* 😀',
      '*/',
      '"👨‍👩‍👧‍👦',
      "'",
      '`${',
    ],
    ...[
      'end\n',
      '(',
      ')',
      '[',
      ']',
      'x = 1;',
      'return 你好',
      'export ',
      'import a\n',
      '<?php ',
      'impl T for S {',
      '\r\n',
      'e\u0301',
    ],
  ];
  const text = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary', maxLength: 6 })), {
    maxLength: 60,
  });
  it.each(['a.tsx', 'a.py', 'a.cpp', 'a.rs', 'a.go', 'a.php', 'A.java', 'a.rb'])(
    'keeps places, budget and text (%s)',
    async id => {
      for (const maxTokens of [3, 20]) {
        const chunker = await codeChunker({ maxTokens });
        fc.assert(
          fc.property(text, words => check(chunker, id, words.join(''), maxTokens)),
          { numRuns: 80 },
        );
      }
    },
  );
});
