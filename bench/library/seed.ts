import { parseArgs } from 'node:util'
import { seedLibrary } from './seed-library.ts'

/** `node bench/library/seed.ts --data FOLDER --pictures 10000`: a library to look at, made of drawn scenes. */
const { values } = parseArgs({
  options: { data: { type: 'string' }, pictures: { type: 'string', default: '1000' } },
})
if (values.data === undefined) throw new Error('--data FOLDER is needed')
await seedLibrary({
  dataDirectory: values.data,
  pictures: Number(values.pictures),
  report: (done) => process.stderr.write(`\r${done} `),
})
process.stderr.write('\n')
