import type { CDPSession } from '@playwright/test'

/** Milliseconds that the page's own thread was busy, since something. */
export type PageCosts = { script: number; styleAndLayout: number; task: number }

const names = {
  script: 'ScriptDuration',
  style: 'RecalcStyleDuration',
  layout: 'LayoutDuration',
  task: 'TaskDuration',
}

/**
 * What Chromium counted of its page's thread up to now. Drawing pixels is none of it: without a graphics card that is
 * done by the same processors elsewhere, and it is the greater part of a frame's time.
 */
export async function costsUntilNow(session: CDPSession): Promise<PageCosts> {
  const { metrics } = await session.send('Performance.getMetrics')
  const value = (name: string) => (metrics.find((metric) => metric.name === name)?.value ?? 0) * 1000
  return {
    script: value(names.script),
    styleAndLayout: value(names.style) + value(names.layout),
    task: value(names.task),
  }
}

export const costsBetween = (before: PageCosts, after: PageCosts): PageCosts => ({
  script: after.script - before.script,
  styleAndLayout: after.styleAndLayout - before.styleAndLayout,
  task: after.task - before.task,
})
