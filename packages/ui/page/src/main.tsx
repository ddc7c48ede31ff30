// Starts the page.
import '@mantine/core/styles.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import { Root } from './frame/root.tsx';

createRoot(document.getElementById('page')!).render(<Root />);
