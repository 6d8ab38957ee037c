import { expect, test } from 'vitest'
import { nameOfPath } from './model-name.ts'

test.each([
  ['/models/dreamy.safetensors', 'dreamy'],
  ['/models/sd15-tiny', 'sd15-tiny'],
  ['/models/z-image/diffusers', 'z-image'],
  ['/models/z-image/onnx/fp16', 'z-image'],
  [`/hub/models--org--Small-SD/snapshots/${'0a'.repeat(20)}`, 'Small-SD'],
  ['/onnx', 'onnx'],
])('%s is called %s', (target, name) => expect(nameOfPath(target)).toBe(name))
