// Names of the OpenTelemetry GenAI conventions, as their npm package has them. Run where it is installed:
//   npm install @opentelemetry/semantic-conventions@1.45.0 && node otel_names.mjs > …/packages/core/fixtures/otel-gen-ai-names.json
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'package.json'));
const incubating = require('@opentelemetry/semantic-conventions/incubating');
const manifest = readFileSync(
  join(process.cwd(), 'node_modules/@opentelemetry/semantic-conventions/package.json'),
  'utf8',
);
const named = prefix =>
  Object.entries(incubating)
    .filter(([name, value]) => name.startsWith(prefix) && typeof value === 'string')
    .map(([, value]) => value)
    .sort();
const attributes = named('ATTR_').filter(name => name.startsWith('gen_ai.') || name.startsWith('error.'));
console.log(
  JSON.stringify(
    {
      source: `@opentelemetry/semantic-conventions ${JSON.parse(manifest).version}`,
      attributes,
      operations: named('GEN_AI_OPERATION_NAME_VALUE_'),
      outputTypes: named('GEN_AI_OUTPUT_TYPE_VALUE_'),
    },
    undefined,
    2,
  ),
);
