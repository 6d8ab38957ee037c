import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

/**
 * For benches that open and seal under a passphrase again and again: stretching it takes a thousandth of its time,
 * whatever cost is asked for. What is stored says the usual cost, and only a program that imports this can open it.
 */
const dear = crypto.scrypt
const cheap = { cost: 128, blockSize: 8, parallelization: 1 }
crypto.scrypt = ((
  passphrase: crypto.BinaryLike,
  salt: crypto.BinaryLike,
  length: number,
  _options: crypto.ScryptOptions,
  done: (error: Error | null, key: Buffer) => void,
) => dear(passphrase, salt, length, cheap, done)) as typeof crypto.scrypt
syncBuiltinESMExports()
