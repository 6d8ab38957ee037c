import type { RequestOutput } from '../../contract/api.ts'
import type { Connection } from '../database/open-database.ts'

const daysShown = 60

/** Counts and times from this library alone; nothing is kept besides the pictures' own records. */
export function readInsights(database: Connection): RequestOutput<'insights.get'> {
  const perDay = database
    .prepare(
      `SELECT date(created_at / 1000, 'unixepoch', 'localtime') AS day, count(*) AS pictures FROM images
       WHERE created_at >= ? AND origin IN ('made', 'edited', 'enhanced') GROUP BY day ORDER BY day`,
    )
    .all(Date.now() - daysShown * 24 * 60 * 60 * 1000) as { day: string; pictures: number }[]
  // The index images_by_model is in this order, so each group's median is a look-up.
  const groups = database
    .prepare(
      `SELECT model, width, height, count(*) AS pictures FROM images
       WHERE milliseconds IS NOT NULL AND model <> '' GROUP BY model, width, height`,
    )
    .all() as { model: string; width: number; height: number; pictures: number }[]
  const median = database
    .prepare(
      `SELECT milliseconds FROM images WHERE model = ? AND width = ? AND height = ? AND milliseconds IS NOT NULL
       ORDER BY milliseconds LIMIT 1 OFFSET ?`,
    )
    .pluck()
  const failures = database
    .prepare(
      `SELECT json_extract(failure, '$.code') AS code, count(*) AS count FROM jobs
       WHERE state = 'failed' GROUP BY code ORDER BY count DESC`,
    )
    .all() as { code: string; count: number }[]
  return {
    perDay,
    perModel: groups.map(({ model, width, height, pictures }) => ({
      model,
      size: `${width}x${height}`,
      pictures,
      medianMilliseconds: median.get(model, width, height, Math.floor(pictures / 2)) as number,
    })),
    failures,
  }
}
