import { expect, test } from 'vitest'

import { loadGroups, referenceFolder } from './group-list.ts'
import type { CaseResult } from './result.ts'

// Whole models take too long for the quick checks; `npm test` runs every group by itself.
const wholeModels = ['pipelines', 'jobs', 'checkpoints', 'onnx-adapters']

for (const group of (await loadGroups()).filter(({ name }) => !wholeModels.includes(name))) {
  test(`${group.name} agrees with the reference`, { timeout: 120_000 }, async () => {
    const failures: CaseResult[] = []
    let passed = 0
    for await (const result of group.run(referenceFolder())) {
      if (result.status === 'failed') failures.push(result)
      if (result.status === 'passed') passed += 1
    }
    expect(failures).toEqual([])
    expect(passed, 'a group that compares nothing proves nothing').toBeGreaterThan(0)
  })
}
