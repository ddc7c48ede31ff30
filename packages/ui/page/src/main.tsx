// Starts the page.
import '@mantine/core/styles.css';
import './frame/frame.css';
import './inputs/inputs.css';
import './outputs/outputs.css';
import './markdown/markdown.css';
import './chat/chat.css';
import { createRoot } from 'react-dom/client';
import { Root } from './frame/root.tsx';

createRoot(document.getElementById('page')!).render(<Root />);
