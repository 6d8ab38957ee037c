import { expect, test } from 'vitest'

import { loadGroups, referenceFolder } from './group-list.ts'
import type { CaseResult } from './result.ts'

for (const group of await loadGroups()) {
  test(`${group.name} agrees with the reference`, { timeout: 300_000 }, async () => {
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
