// zod probes `new Function` to compile its parsers; under our content security policy the probe alone would be
// reported as a violation. A classic script runs before every module, whatever chunks the bundler makes.
globalThis['__zod_globalConfig'] = { jitless: true }
