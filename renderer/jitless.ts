import { config } from 'zod'

// zod probes `new Function` to compile its parsers; under our content security policy the probe alone would be
// reported as a violation. This module must be imported before any schema is made.
config({ jitless: true })
