// `/info`: the functions of an app with the types of their parameters.
import type { ComponentFacts } from '../components/component.ts';
import type { NumberedEndpoint } from './config.ts';

/** The body of `/info`. */
export function infoOf(endpoints: readonly NumberedEndpoint[]) {
  const listed = endpoints.filter(({ endpoint }) => endpoint.isListed);
  return {
    named_endpoints: Object.fromEntries(listed.map(one => [`/${one.endpoint.name}`, endpointInfo(one)])),
    unnamed_endpoints: {},
  };
}

function endpointInfo({ endpoint }: NumberedEndpoint) {
  return {
    parameters: endpoint.inputs.map(([name, component]) => ({
      ...typed(name, component),
      parameter_name: name,
      parameter_has_default: component.isOptional,
      parameter_default: component.value ?? null,
      example_input: endpoint.examples[0]?.[name] ?? component.wire.example,
    })),
    returns: endpoint.outputs.map(([name, component]) => typed(name, component)),
    api_visibility: 'public',
    description: endpoint.description ?? null,
  };
}

function typed(name: string, { label, info, wire }: ComponentFacts) {
  const description = info ?? (wire.schema.description as string | undefined) ?? '';
  return {
    label: label ?? name,
    type: wire.schema,
    python_type: { type: wire.pythonType, description },
    component: wire.className,
  };
}
