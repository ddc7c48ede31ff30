export { type CompareApp, type CompareAppOptions, compareApp } from './compare-app.ts';
