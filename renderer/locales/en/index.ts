import { compose } from './compose'
import { create } from './create'
import { damage } from './damage'
import { edit } from './edit'
import { failures } from './failures'
import { gallery } from './gallery'
import { guidance } from './guidance'
import { help } from './help'
import { insights } from './insights'
import { models } from './models'
import { privacy } from './privacy'
import { queue } from './queue'
import { settings } from './settings'
import { shell } from './shell'

export const en = {
  ...shell,
  ...create,
  ...compose,
  ...guidance,
  ...queue,
  ...edit,
  ...gallery,
  ...models,
  ...privacy,
  ...help,
  ...insights,
  ...settings,
  ...damage,
  ...failures,
}

export type English = typeof en
