import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './base.css';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { loadPageAt } from './pages.ts';

// The page's policy takes only styles that carry its nonce (src/api/console.ts). A browser hides the attribute from scripts, not the property.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
// What locks scrolling under a dialog asks there.
setNonce(nonce);

loadPageAt(window.location.pathname);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App nonce={nonce} />
  </StrictMode>,
);
