export { type StoreCase, type StoreUnderTest, testStore } from './test-store.ts';
