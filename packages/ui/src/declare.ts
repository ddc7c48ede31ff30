// Checks what is said about a function and makes an endpoint of it.
import { invalidInput, parse, type StandardSchema } from '@modeshift/core';
import type { InputComponent, OutputComponent } from './components/component.ts';
import { componentsOf } from './components/from-schema.ts';
import type { Endpoint, Values, Work } from './endpoint.ts';
import type { FunctionSpec, Inputs, Outputs } from './function-spec.ts';

/** The one output of a function that has a single one, on the wire. */
const single = 'output';
const reserved = ['api_name', 'fn_index', 'result_callbacks'];
const known = new Set(
  'input output label description examples trigger fills concurrency queueId maxWaiting timeoutMs yields listed batch'.split(
    ' ',
  ),
);

/** A spec with its types taken off. */
export type AnySpec = FunctionSpec<Inputs, Outputs>;

/** Makes an endpoint. `work` is given the outputs' names and whether they are a single one. */
export function endpointOf(
  name: string,
  spec: AnySpec,
  kind: Endpoint['kind'],
  isStream: boolean,
  work: (toValues: (result: unknown) => Values) => Work,
): Endpoint {
  if (!/^[\p{L}\p{N}_-]+$/u.test(name))
    throw invalidInput(`"${name}" is no name for a function: letters, digits, "_" and "-" are.`);
  const say = (what: string): never => {
    throw invalidInput(`The function "${name}": ${what}`);
  };
  for (const word of Object.keys(spec)) if (!known.has(word)) say(`there is no option "${word}".`);
  const { concurrency = 1, maxWaiting = 1000, timeoutMs, yields = 'latest' } = spec;
  if (!(concurrency >= 1) || (concurrency !== Number.POSITIVE_INFINITY && !Number.isInteger(concurrency)))
    say(`concurrency must be a whole number from 1, or Infinity, not ${concurrency}.`);
  if (!Number.isInteger(maxWaiting) || maxWaiting < 0) say('maxWaiting must be a whole number from 0.');
  if (timeoutMs !== undefined && !(timeoutMs > 0)) say('timeoutMs must be more than 0.');
  const { inputs, check } = inputsOf(spec.input ?? {}, say);
  const isOne = spec.output !== undefined && isOutput(spec.output);
  const outputs = outputsOf(spec.output, say);
  const names = new Set(inputs.map(([input]) => input));
  for (const example of spec.examples ?? []) {
    const unknown = Object.keys(example).find(one => !names.has(one));
    if (unknown !== undefined) say(`an example has "${unknown}", which is no input.`);
    for (const [input, component] of inputs) checkExample(input, component, example, say);
  }
  return {
    name,
    kind,
    label: spec.label,
    description: spec.description,
    inputs,
    outputs,
    check,
    work: work(result => (isOne ? { [single]: result } : ((result ?? {}) as Values))),
    isStream,
    examples: spec.examples ?? [],
    triggers: triggersOf(spec.trigger, say),
    fills: spec.fills,
    concurrency,
    queueId: spec.queueId ?? `fn:${name}`,
    maxWaiting,
    timeoutMs,
    yields,
    isListed: spec.listed ?? true,
  };
}

function triggersOf(given: AnySpec['trigger'] = 'submit', say: (what: string) => never): Endpoint['triggers'] {
  const triggers = [given].flat() as Endpoint['triggers'];
  if (triggers.length === 0) say('trigger is an empty list: leave it out.');
  return triggers;
}

/** An example is as a client would send it; files cannot be in one. */
function checkExample(
  name: string,
  component: InputComponent<unknown>,
  example: Values,
  say: (what: string) => never,
): void {
  if (!Object.hasOwn(example, name)) return;
  try {
    component.read(example[name], {
      file: () => {
        throw invalidInput('files cannot be given in an example');
      },
    });
  } catch (error) {
    say(`the example for "${name}": ${(error as Error).message}.`);
  }
}

/** Whether a handler streams; refuses what is neither an async function nor an async generator. */
export function streams(name: string, handler: unknown): boolean {
  if (typeof handler !== 'function') throw invalidInput(`The function "${name}" needs a handler.`);
  const made = handler.constructor.name;
  if (made === 'GeneratorFunction')
    throw invalidInput(`The handler of "${name}" is a generator. Make it an async generator: async function* ….`);
  return made === 'AsyncGeneratorFunction';
}

function inputsOf(
  source: Inputs,
  say: (what: string) => never,
): { inputs: Endpoint['inputs']; check: Endpoint['check'] } {
  const schema = '~standard' in source ? (source as unknown as StandardSchema) : undefined;
  const components = schema ? componentsOf(schema) : (source as Record<string, InputComponent<unknown>>);
  const inputs = Object.entries(components);
  for (const [name, component] of inputs) {
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) say(`"${name}" is no name for an input: letters, digits and "_" are.`);
    if (reserved.includes(name)) say(`an input cannot be called "${name}": clients use that name themselves.`);
    if (typeof component?.read !== 'function')
      say(`"${name}" is no input${component?.kind ? `: ${component.kind} only shows something` : ''}.`);
  }
  return { inputs, check: values => (schema ? parse(schema, values, 'the input') : values) };
}

function outputsOf(source: Outputs | undefined, say: (what: string) => never): Endpoint['outputs'] {
  if (source === undefined) return [];
  if (isOutput(source)) return [[single, source]];
  const outputs = Object.entries(source as Record<string, OutputComponent<never>>);
  for (const [name, component] of outputs)
    if (typeof component?.write !== 'function') say(`the output "${name}" is no component.`);
  return outputs;
}

function isOutput(source: Outputs): source is OutputComponent<never> {
  return typeof (source as { write?: unknown }).write === 'function';
}
