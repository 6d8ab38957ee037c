/** The room's door: everything that a pipeline needs of schedulers. */
export type {
  Churn,
  Schedule,
  ScheduleOptions,
  Scheduler,
  SchedulerState,
  StepInput,
  StepOutput,
  StrengthRule,
} from './schedule.ts'
export type { SchedulerConfig } from './settings.ts'
export { createScheduler } from './create-scheduler.ts'
export { chooseScheduler, schedulerChoices, type SchedulerChoice } from './choices.ts'
export { dynamicShiftMu, flowSigmas } from './flow-levels.ts'
