import { availableModels } from '@modeshift/compare';
import { runApp } from '@modeshift/ui';
import { compareApp } from './compare-app.ts';

await runApp(compareApp({ models: await availableModels() }));
