// `/config`: what Gradio's clients, and the page, are told of an app.
import type { AppDefinition } from '../app.ts';
import type { ComponentFacts, InputComponent, OutputComponent } from '../components/component.ts';
import type { Endpoint } from '../endpoint.ts';
import { type Trigger, tableOf } from '../trigger.ts';

/** The version that is told to Gradio's clients: below 4.30 Python's client cannot cancel, below 3.37 it asks a public server. */
export const gradioVersion = '6.25.0';
export const apiPrefix = '/gradio_api';

/** An endpoint with the numbers that the wire knows it and its components by. Both start at 1: a client reads 0 as none. */
export interface NumberedEndpoint {
  readonly endpoint: Endpoint;
  readonly id: number;
  readonly inputIds: readonly number[];
  readonly outputIds: readonly number[];
}

/** What differs from request to request. */
export interface ConfigFacts {
  /** Absolute, without a slash at the end. */
  readonly root: string;
  readonly appId: string;
  readonly maxFileBytes: number;
  readonly username: string | null;
  readonly takesFeedback: boolean;
  readonly home: string | null;
}

/** Gives endpoints and components their numbers. */
export function numbered(endpoints: readonly Endpoint[]): readonly NumberedEndpoint[] {
  let count = 0;
  return endpoints.map((endpoint, i) => ({
    endpoint,
    id: i + 1,
    inputIds: endpoint.inputs.map(() => ++count),
    outputIds: endpoint.outputs.map(() => ++count),
  }));
}

/** The body of `/config`. */
export function configOf(definition: AppDefinition, endpoints: readonly NumberedEndpoint[], facts: ConfigFacts) {
  const components = endpoints.flatMap(({ endpoint, inputIds, outputIds }) => [
    ...endpoint.inputs.map(([name, one], i) => componentOf(inputIds[i]!, name, one, 'input')),
    ...endpoint.outputs.map(([name, one], i) => componentOf(outputIds[i]!, name, one, 'output')),
  ]);
  const dependencies = endpoints.map(one => dependencyOf(one, endpoints));
  const layout = { id: 0, children: components.map(({ id }) => ({ id })) };
  return {
    version: gradioVersion,
    api_prefix: apiPrefix,
    mode: 'blocks',
    app_id: facts.appId,
    dev_mode: false,
    vibe_mode: false,
    analytics_enabled: false,
    title: definition.title,
    css: null,
    js: null,
    head: null,
    connect_heartbeat: false,
    run_history: false,
    space_id: null,
    is_space: false,
    is_colab: false,
    enable_queue: true,
    show_error: true,
    footer_links: [],
    stylesheets: [],
    theme: 'default',
    protocol: 'sse_v3',
    root: facts.root,
    username: facts.username,
    auth_message: '',
    max_file_size: facts.maxFileBytes,
    components,
    dependencies,
    layout,
    page: { '': { components: components.map(one => one.id), dependencies: dependencies.map(one => one.id), layout } },
    pages: [['', '', true]],
    current_page: '',
    fill_height: false,
    fill_width: false,
    pwa: false,
    mcp_server: false,
    i18n_translations: null,
    /** For our own page only. */
    modeshift: {
      version: 1,
      description: definition.description ?? null,
      theme: definition.theme,
      lang: definition.lang,
      translations: definition.translations,
      takesFeedback: facts.takesFeedback,
      home: facts.home,
      layout: definition.layout,
      functions: endpoints.map(({ endpoint, id }) => ({
        id,
        name: endpoint.name,
        kind: endpoint.kind,
        label: endpoint.label ?? endpoint.name,
        description: endpoint.description ?? null,
        triggers: endpoint.triggers,
        fills: endpoint.fills ?? null,
        examples: endpoint.examples,
        isListed: endpoint.isListed,
      })),
    },
  };
}

function componentOf(
  id: number,
  name: string,
  component: InputComponent<unknown> | OutputComponent<never>,
  role: 'input' | 'output',
) {
  const { wire, kind, info, isOptional, isAdvanced } = component as ComponentFacts;
  const label = component.label ?? name;
  return {
    id,
    type: wire.type,
    props: { ...wire.props, name: wire.type, label, info: info ?? null, interactive: role === 'input', visible: true },
    skip_api: false,
    component_class_id: wire.className.toLowerCase(),
    key: null,
    api_info: wire.schema,
    api_info_as_input: wire.schema,
    api_info_as_output: wire.schema,
    example_inputs: wire.example,
    /** For our own page only: several of our kinds share one of Gradio's. */
    modeshift: { kind, name, role, optional: isOptional, advanced: isAdvanced },
  };
}

function dependencyOf({ endpoint, id, inputIds, outputIds }: NumberedEndpoint, all: readonly NumberedEndpoint[]) {
  const { work, triggers } = endpoint;
  const following = triggers.find(one => typeof one === 'object' && 'after' in one);
  const after = following && all.find(one => one.endpoint.name === following.after);
  return {
    id,
    targets: triggers.map(one => targetOf(one, all)),
    inputs: inputIds,
    outputs: outputIds,
    backend_fn: true,
    js: null,
    queue: true,
    api_name: endpoint.name,
    api_description: endpoint.description ?? null,
    api_visibility: endpoint.isListed ? 'public' : 'undocumented',
    scroll_to_output: false,
    show_progress: 'full',
    show_progress_on: null,
    batch: work.type === 'batch',
    max_batch_size: work.type === 'batch' ? work.maxSize : 4,
    cancels: [],
    types: { generator: endpoint.isStream, cancel: false },
    collects_event_data: false,
    trigger_after: after ? after.id : null,
    trigger_only_on_success: Boolean(after),
    trigger_only_on_failure: false,
    trigger_mode: 'once',
    rendered_in: null,
    render_id: null,
    connection: 'sse',
    time_limit: null,
    stream_every: 0.5,
    like_user_message: false,
    event_specific_args: null,
    component_prop_inputs: [],
    js_implementation: null,
  };
}

/** What Gradio calls an event: a component and what happens to it. */
function targetOf(
  trigger: Trigger,
  all: readonly NumberedEndpoint[],
): readonly [component: number | null, event: string] {
  if (trigger === 'change' || trigger === 'load') return [null, trigger];
  if (typeof trigger === 'string') return [null, 'click'];
  if ('after' in trigger) return [null, 'success'];
  const table = tableOf(
    trigger.select,
    all.map(one => one.endpoint),
  );
  const source = all.find(one => one.endpoint === table?.endpoint);
  return [source?.outputIds[table!.place] ?? null, 'select'];
}
