import { join } from 'node:path';
import { runApp } from '@modeshift/ui';
import { knowledgeBaseApp } from './knowledge-base-app.ts';

const feedback = join('.modeshift', 'feedback', 'knowledge-base.jsonl');
await runApp(await knowledgeBaseApp(), process.argv.slice(2), { feedback });
