// What the server says of the app: `/config`, as it is written there.
import type { configOf } from '../../../src/protocol/config.ts';

export type Config = ReturnType<typeof configOf>;
export type Component = Config['components'][number];
export type FunctionFacts = Config['modeshift']['functions'][number];
export type Layout = Config['modeshift']['layout'];

/** A function with its components. */
export interface PageFunction extends FunctionFacts {
  readonly inputs: readonly Component[];
  readonly outputs: readonly Component[];
  /** Whether it yields values on its way. */
  readonly isStream: boolean;
}

/** The functions of a page by their names. */
export function functionsOf(config: Config): ReadonlyMap<string, PageFunction> {
  const byId = new Map(config.components.map(one => [one.id, one]));
  const dependencies = new Map(config.dependencies.map(one => [one.id, one]));
  return new Map(
    config.modeshift.functions.map(facts => {
      const { inputs, outputs, types } = dependencies.get(facts.id)!;
      const components = (ids: readonly number[]): Component[] => ids.map(id => byId.get(id)!);
      return [
        facts.name,
        { ...facts, inputs: components(inputs), outputs: components(outputs), isStream: types.generator },
      ];
    }),
  );
}

/** A property of a component, where it is of the type that is asked for. */
export function prop<T>(component: Component, name: string): T | undefined {
  const value = (component.props as Readonly<Record<string, unknown>>)[name];
  return value === null || value === undefined ? undefined : (value as T);
}
