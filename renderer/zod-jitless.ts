// zod probes `new Function` to compile its parsers; under our content security policy the probe alone would be reported
// as a violation. main.tsx imports this before everything else, and what the first screen needs is one chunk, in order.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
