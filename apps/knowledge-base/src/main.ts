import { runApp } from '@modeshift/ui';
import { knowledgeBaseApp } from './knowledge-base-app.ts';

await runApp(await knowledgeBaseApp());
