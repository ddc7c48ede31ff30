import { availableModels } from '@modeshift/app-chat';
import { runApp } from '@modeshift/ui';
import { compareApp } from './compare-app.ts';

await runApp(compareApp({ models: await availableModels() }));
