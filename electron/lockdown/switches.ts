/** Of Electron's `app.commandLine`: what is needed here. */
export type CommandLine = { appendSwitch(name: string, value?: string): void }

/**
 * Chromium's own wishes to go online, switched off before the app is ready. No name resolves, so whatever is
 * left over finds nobody; crash dumps stay local because crashReporter is never started.
 */
export const switches: readonly (readonly [name: string, value?: string])[] = [
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['no-pings'],
  [
    'disable-features',
    'NetworkTimeServiceQuerying,OptimizationHints,MediaRouter,AutofillServerCommunication',
  ],
]

export function applySwitches(commandLine: CommandLine): void {
  for (const [name, value] of switches) commandLine.appendSwitch(name, value)
}
