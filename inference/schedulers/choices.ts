import { schedulerClasses } from './create-scheduler.ts'
import { unsupported, type SchedulerConfig } from './settings.ts'

export type SchedulerChoice = { id: string }
export const schedulerChoices: readonly SchedulerChoice[] = []
export function chooseScheduler(config: SchedulerConfig, id: string): SchedulerConfig {
  if (id === 'auto' && schedulerClasses[String(config['_class_name'])] !== undefined) return config
  throw unsupported(config, id)
}
