import { SanggarError } from '../../contract/errors.ts'
import type { Component } from '../checkpoints/components.ts'
import { learnedRows } from '../graph/deltas.ts'
import type { Delta, Weight } from '../graph/weights.ts'
import type { AdapterFile, ModuleDelta } from './adapter-file.ts'
import { moduleFinder, type Place } from './module-names.ts'

export type Adapted = {
  /** the networks whose weights carry the adapters' changes; others as they were */
  networks: Map<string, Component>
  /** modules of each adapter that this model has no layer for, by the file's own names */
  unmatched: string[][]
}

const elements = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)

/** Tables are looked up by row, where they lie in the file. */
const table = /(^|\.)(token_embedding|embed_tokens|shared)\.weight$/

/** Whether the change has the weight's size; a file for another model has the names and not the widths. */
function fits(weight: Weight, { change, magnitude }: ModuleDelta, rows: Place['rows']): boolean {
  const [outputs = 0, inputs = 1] = weight.shape
  if (weight.shape.length < 2 && change.kind !== 'full') return false
  // A fused matrix of which only the columns have learned lengths cannot be measured by one of its layers.
  if (rows !== undefined && magnitude !== undefined && magnitude.shape[0] !== learnedRows(change))
    return false
  if (change.kind === 'lora') {
    const learned = change.up.shape[0] ?? 0
    if (rows !== undefined && rows[1] > learned) return false
    const span = rows === undefined ? learned : rows[1] - rows[0]
    const reads =
      elements(change.down.shape.slice(1)) *
      (change.mid === undefined ? 1 : elements(change.mid.shape.slice(2)))
    return span === outputs && reads === elements(weight.shape.slice(1))
  }
  if (change.kind === 'full') {
    const [learned = 0] = change.weight.shape
    const whole = rows === undefined ? learned === outputs : rows[1] <= learned
    return whole && elements(change.weight.shape) / learned === elements(weight.shape) / outputs
  }
  const [first] = change.first
  if (rows !== undefined) {
    // What was learned for a fused layer is multiplied out and cut by rows; no fused layer is a convolution.
    if (change.first.length > 2 || change.second.length > 2) return false
    const read =
      change.kind === 'loha'
        ? change.first[1]?.shape[1]
        : (change.first.at(-1)?.shape[1] ?? 1) * (change.second.at(-1)?.shape[1] ?? 1)
    return rows[1] <= (learnedRows(change) ?? 0) && read === inputs
  }
  if (change.kind === 'loha') {
    return change.first.length > 2 ? first?.shape[1] === outputs : first?.shape[0] === outputs
  }
  const a = first?.shape[0] ?? 1
  const b = change.first.at(-1)?.shape[1] ?? 1
  return outputs % a === 0 && inputs % b === 0
}

/**
 * Gives the networks of a checkpoint the changes of several adapters; the strength of adapter i is the graphs' input
 * `adapter_scale.i`. Nothing is read but names and shapes. Throws 'adapter-mismatch' when a file fits nowhere.
 */
export function adapt(
  networks: ReadonlyMap<string, Component>,
  adapters: readonly AdapterFile[],
  model: string,
): Adapted {
  const find = moduleFinder(networks)
  const changes = new Map<string, Map<string, Delta[]>>()
  const unmatched: string[][] = []
  for (const [adapter, file] of adapters.entries()) {
    const missing: string[] = [...file.unread]
    let fitting = 0
    for (const [name, deltas] of file.modules) {
      const places = find(name)
      let whole = true
      for (const { bias = false, ...delta } of deltas) {
        let placed = 0
        for (const { network, module, rows } of places) {
          const tensor = `${module}.${bias ? 'bias' : 'weight'}`
          const weight = networks.get(network)?.weights.get(tensor)
          if (weight === undefined || table.test(tensor) || !fits(weight, delta, rows)) continue
          const ofNetwork = changes.get(network) ?? new Map<string, Delta[]>()
          changes.set(network, ofNetwork)
          const list = ofNetwork.get(tensor) ?? []
          ofNetwork.set(tensor, list)
          list.push({ ...delta, adapter, ...(rows === undefined ? {} : { rows }) })
          placed++
        }
        fitting += placed
        whole &&= placed > 0
      }
      if (!whole) missing.push(name)
    }
    if (fitting === 0) {
      throw new SanggarError({ code: 'adapter-mismatch', adapter: file.path, model })
    }
    unmatched.push(missing)
  }
  const adapted = new Map<string, Component>()
  for (const [name, component] of networks) {
    const ofNetwork = changes.get(name)
    const weights = new Map(component.weights)
    for (const [tensor, deltas] of ofNetwork ?? []) {
      weights.set(tensor, { ...(weights.get(tensor) as Weight), deltas })
    }
    adapted.set(name, ofNetwork === undefined ? component : { ...component, weights })
  }
  return { networks: adapted, unmatched }
}
