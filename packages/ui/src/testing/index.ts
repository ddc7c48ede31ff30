export { type Visit, whyNoBrowser } from './browser.ts';
export { checkPage, type PageExpectations } from './check-page.ts';
export type { AppClient, ClientJob, ClientMessage } from './gradio-client.ts';
export type { NamedInputs } from './http-call.ts';
export type { AppScript, DeclaredApp } from './target.ts';
export { type LookOptions, type TestAppOptions, type TestedApp, testApp } from './tested-app.ts';
