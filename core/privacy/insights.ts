import type { RequestOutput } from '../../contract/api.ts'
import type { Connection } from '../database/open-database.ts'

const daysShown = 60

/** Counts and times from this library alone; nothing is kept besides the pictures' own records. */
export function readInsights(database: Connection): RequestOutput<'insights.get'> {
  const perDay = database
    .prepare(
      `SELECT date(created_at / 1000, 'unixepoch', 'localtime') AS day, count(*) AS pictures FROM images
       WHERE origin IN ('made', 'edited', 'enhanced') GROUP BY day ORDER BY day DESC LIMIT ${daysShown}`,
    )
    .all() as { day: string; pictures: number }[]
  const times = database
    .prepare(
      `SELECT model, width || 'x' || height AS size, milliseconds FROM images
       WHERE milliseconds IS NOT NULL AND model <> '' ORDER BY model, size, milliseconds`,
    )
    .all() as { model: string; size: string; milliseconds: number }[]
  const groups = Map.groupBy(times, ({ model, size }) => `${model}\n${size}`)
  const failures = database
    .prepare(
      `SELECT json_extract(failure, '$.code') AS code, count(*) AS count FROM jobs
       WHERE state = 'failed' GROUP BY code ORDER BY count DESC`,
    )
    .all() as { code: string; count: number }[]
  return {
    perDay: perDay.reverse(),
    perModel: [...groups.values()].map((group) => {
      const { model, size } = group[0] as (typeof group)[number]
      const medianMilliseconds = (group[Math.floor(group.length / 2)] as (typeof group)[number]).milliseconds
      return { model, size, pictures: group.length, medianMilliseconds }
    }),
    failures,
  }
}
