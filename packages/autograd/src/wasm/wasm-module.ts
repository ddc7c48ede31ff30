// A WebAssembly module of functions over imported memories. Each array has a memory of its own, so each may hold 4 GB.
// Source: https://webassembly.github.io/spec/core/binary/modules.html
import { unsigned, valueTypes, type WasmFunction } from './wasm-function.ts';

const section = (id: number, items: readonly (readonly number[])[]): number[] => {
  const body = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(body.length), ...body];
};
const text = (value: string): number[] => [...unsigned(value.length), ...new TextEncoder().encode(value)];

/** Compiles functions that read and write `memories` memories, imported as `memory.0`, `memory.1` and so on. */
export function compileWasm(memories: number, functions: readonly WasmFunction[]): WebAssembly.Module {
  const types = functions.map(({ parameters, result }) => {
    const results = result ? [1, valueTypes[result]] : [0];
    return [0x60, ...unsigned(parameters.length), ...parameters.map(type => valueTypes[type]), ...results];
  });
  const imports = Array.from({ length: memories }, (_, i) => [...text('memory'), ...text(`${i}`), 0x02, 0x00, 0x01]);
  const bytes = [
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(2, imports),
    ...section(
      3,
      functions.map((_, i) => unsigned(i)),
    ),
    ...section(
      7,
      functions.map(({ name }, i) => [...text(name), 0x00, ...unsigned(i)]),
    ),
    ...section(
      10,
      functions.map(one => one.encode()),
    ),
  ];
  return new WebAssembly.Module(Uint8Array.from(bytes));
}

/** The functions of a module over the given memories, by name. */
export function instantiate(
  module: WebAssembly.Module,
  memories: readonly WebAssembly.Memory[],
): Readonly<Record<string, (...values: number[]) => number>> {
  const memory = Object.fromEntries(memories.entries());
  return new WebAssembly.Instance(module, { memory }).exports as Record<string, (...values: number[]) => number>;
}
