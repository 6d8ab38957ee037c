import fc, { type Arbitrary } from 'fast-check'
import { z } from 'zod'

/**
 * Values that a schema accepts, drawn from its JSON Schema: so that a new line in the contract is tested without
 * anybody thinking of it. Covers what the contract uses; anything else throws, and the test asks for it here.
 */
export function arbitraryOf(schema: z.ZodType, io: 'input' | 'output'): Arbitrary<unknown> {
  const root = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema
  return fromJsonSchema(root, root)
}

type JsonSchema = {
  $ref?: string
  $defs?: Record<string, JsonSchema>
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | false
  propertyNames?: JsonSchema
  items?: JsonSchema
  minItems?: number
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
}

const safe = Number.MAX_SAFE_INTEGER

function fromJsonSchema(schema: JsonSchema, root: JsonSchema): Arbitrary<unknown> {
  if (schema.$ref !== undefined) return reference(schema.$ref, root)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => fromJsonSchema(choice, root)))
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type) => fromJsonSchema({ ...schema, type }, root)))
  }
  switch (schema.type) {
    case undefined:
      return fc.jsonValue()
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -safe, -safe),
        max: Math.min(schema.maximum ?? safe, safe),
      })
    case 'number':
      return fc
        .double({ min: schema.minimum ?? -1e12, max: schema.maximum ?? 1e12, noNaN: true })
        .map((value) => (Object.is(value, -0) ? 0 : value))
    case 'string':
      if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern))
      return fc.string({
        unit: 'grapheme',
        minLength: schema.minLength ?? 0,
        maxLength: Math.min(schema.maxLength ?? 40, 40),
      })
    case 'array':
      return fc.array(fromJsonSchema(schema.items ?? {}, root), {
        minLength: schema.minItems ?? 0,
        maxLength: 5,
      })
    case 'object':
      return object(schema, root)
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`)
  }
}

function object(schema: JsonSchema, root: JsonSchema): Arbitrary<unknown> {
  if (schema.properties === undefined) {
    const values = schema.additionalProperties === false ? {} : (schema.additionalProperties ?? {})
    return fc.dictionary(fc.string({ maxLength: 10 }), fromJsonSchema(values, root), {
      maxKeys: 4,
      noNullPrototype: true,
    })
  }
  const parts = Object.fromEntries(
    Object.entries(schema.properties).map(([name, part]) => [name, fromJsonSchema(part, root)]),
  )
  return fc.record(parts, { requiredKeys: schema.required ?? [], noNullPrototype: true })
}

function reference(pointer: string, root: JsonSchema): Arbitrary<unknown> {
  const name = pointer.replace('#/$defs/', '')
  // The one recursive schema is z.json(), any JSON value.
  const target = root.$defs?.[name]
  if (target === undefined) throw new Error(`no arbitrary for ${pointer}`)
  return fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)
}
