import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Suspense, useEffect, useState } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { whenSignedOut } from './api/client.ts';
import { keys } from './api/keys.ts';
import { retryUnlessRefused } from './api/session.ts';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { OUTSIDE, PAGES } from './pages.ts';
import { Loading } from './parts/loading.tsx';
import { ShowsErrors } from './parts/shows-errors.tsx';
import { EmulatorBanner } from './shell/emulator-banner.tsx';
import { FirstProject } from './shell/first-project.tsx';
import { Shell } from './shell/shell.tsx';
import { cssVariables, theme } from './theme.ts';

export function App({ nonce }: { nonce: string }) {
  const [cache] = useState(makeCache);
  useEffect(() => whenSignedOut(() => cache.setQueryData(keys.session, null)), [cache]);
  return (
    <QueryClientProvider client={cache}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <Notifications position="bottom-right" />
        <ShowsErrors>
          {/* What is typed into a field whose value is in the URL is there at once: a transition would show what was there before, and lose letters. */}
          <BrowserRouter useTransitions={false}>
            <Pages />
          </BrowserRouter>
        </ShowsErrors>
        <EmulatorBanner />
      </MantineProvider>
    </QueryClientProvider>
  );
}

function Pages() {
  return (
    <Suspense fallback={<Loading what="Opening Lifeboat…" height={400} />}>
      <Routes>
        {OUTSIDE.map(({ path, Component }) => (
          <Route key={path} path={path} element={<Component />} />
        ))}
        <Route path="/" element={<FirstProject />} />
        <Route path="/p/:projectId" element={<Shell />}>
          {PAGES.map(({ path, Component }) => (
            <Route key={path} path={path} element={<Component />} />
          ))}
          <Route path="*" element={<NotFoundPage />} />
        </Route>
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </Suspense>
  );
}

/** What was read stays good until the stream says otherwise; what is shown again is read again. */
function makeCache(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { staleTime: 5000, retry: retryUnlessRefused, refetchOnWindowFocus: true } } });
}
