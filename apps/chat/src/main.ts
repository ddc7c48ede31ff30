import { runApp } from '@modeshift/ui';
import { chatApp } from './chat-app.ts';

await runApp(await chatApp());
