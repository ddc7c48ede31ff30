export { type CompareApp, type CompareAppOptions, compareApp } from './compare-app.ts';
export type { ModelMaker, OfferedModel } from './model-named.ts';
