export {
  isEnd,
  type Job,
  type JobContext,
  type JobEngine,
  type ListOptions,
  type LogLevel,
  type Run,
  type RunError,
  type RunEvent,
  type RunEventBody,
  type RunProgress,
  type RunStatus,
  type StartOptions,
} from './engine.ts';
export { type JobsOptions, memoryJobs, type OpenJobsOptions, openJobs } from './open-jobs.ts';
