import type { RequestOutput } from '../../contract/api.ts'
import { wordsOnly } from '../../contract/prompt-words.ts'
import type { Connection } from '../database/open-database.ts'

type Insights = RequestOutput<'insights.get'>

const daysShown = 60
const favouritesShown = 12
const promptsRead = 5000

export const nothingCounted: Insights = {
  perDay: [],
  perModel: [],
  failures: [],
  favourites: { models: [], sizes: [], samplers: [], words: [] },
}

const own = `origin IN ('made', 'edited', 'enhanced')`

/** Counts and times from this library alone; nothing is kept besides the pictures' own records. */
export function readInsights(database: Connection): Insights {
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
    favourites: readFavourites(database),
  }
}

function readFavourites(database: Connection): Insights['favourites'] {
  const most = (name: string, where: string) =>
    database
      .prepare(
        `SELECT ${name} AS name, count(*) AS count FROM images WHERE ${own} AND ${where}
         GROUP BY name ORDER BY count DESC, name LIMIT ${favouritesShown}`,
      )
      .all() as { name: string; count: number }[]
  const prompts = database
    .prepare(
      `SELECT prompt FROM images WHERE ${own} AND prompt <> '' ORDER BY number DESC LIMIT ${promptsRead}`,
    )
    .pluck()
    .all() as string[]
  return {
    models: most('model', `model <> ''`),
    sizes: most(`width || 'x' || height`, 'true'),
    samplers: most('scheduler', 'scheduler IS NOT NULL'),
    words: mostUsedWords(prompts),
  }
}

/** Too common to say anything, in the languages of the interface. */
const fillers = new Set(
  'the and with for from into that this its his her their are was has of in on at to by a an dan yang di ke dari dengan untuk pada itu ini sebuah seekor'.split(
    ' ',
  ),
)

/** Words by in how many prompts they are; three letters or more, whatever their case. Names of adapters are none. */
export function mostUsedWords(prompts: readonly string[]): { name: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const prompt of prompts) {
    const words = new Set(
      wordsOnly(prompt)
        .toLowerCase()
        .match(/\p{L}[\p{L}\p{M}'’-]{2,}/gu),
    )
    for (const word of words) if (!fillers.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts]
    .sort(([one, many], [other, more]) => more - many || one.localeCompare(other))
    .slice(0, favouritesShown)
    .map(([name, count]) => ({ name, count }))
}
