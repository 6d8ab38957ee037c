import { type Audit, type Unchecked, cannotWatch, runAudit } from '../privacy-audit.ts'
import { type Command, CommandFailure, jsonOption, parse } from '../usage.ts'

const reasons: Record<Unchecked, string> = {
  'no-strace':
    'strace is not installed; with it (apt install strace) this command can watch every system call',
  'strace-not-allowed': 'strace is here, but this system does not allow it to watch other programs',
  system:
    'only Linux has strace; on macOS and Windows a firewall that asks (LuLu, the Windows firewall) can watch',
}

/** True of every system: no program can look at itself from outside of the machine. */
const beyond = [
  'the browser, when Sanggar runs in one: its extensions and its maker’s own requests are not Sanggar’s',
  'what the system itself reports of programs that are started (docs/privacy.md names what is known)',
  'models that you added: this picture is made with the one that ships',
]

export const privacyAudit: Command = {
  name: 'privacy audit',
  summary: 'makes a picture and watches whether anything leaves this machine',
  usage: `sanggar privacy audit [--json]

Makes one picture in a directory of its own under strace, and fails when any process of Sanggar uses an address that
is not this machine, or leaves a file outside of its data directory. Then the same where there is no network at all,
if the system lets it. Says what it cannot check. Your library is not opened.`,
  async run(parameters, terminal) {
    const { values } = parse(parameters, { ...jsonOption }, { minimum: 0, maximum: 0, names: '' })
    const unchecked = cannotWatch()
    if (unchecked !== undefined) {
      if (values.json) terminal.out(JSON.stringify({ checked: false, reason: unchecked, beyond }))
      else {
        terminal.out(`not checked: ${reasons[unchecked]}`)
        terminal.out('the same proof runs in Sanggar’s own tests: npm test, e2e/processes/privacy.spec.ts')
      }
      return
    }
    const program = [process.execPath, process.argv[1] ?? '']
    const audit = await runAudit(program, terminal.signal)
    const failed = faults(audit)
    if (values.json)
      terminal.out(JSON.stringify({ checked: true, passed: failed.length === 0, ...audit, beyond }))
    else for (const line of report(audit)) terminal.out(line)
    const [first] = failed
    if (first === undefined) return
    const left = audit.attempts.find(({ outside }) => outside)
    throw new CommandFailure(
      left === undefined
        ? { code: 'internal', detail: first }
        : { code: 'network-forbidden', address: left.address },
    )
  },
}

function faults({ generated, attempts, strayFiles, withoutNetwork }: Audit): string[] {
  return [
    ...attempts
      .filter(({ outside }) => outside)
      .map(({ call, family, address }) => `${call} ${family} ${address}`),
    ...strayFiles.map((name) => `a file outside of the data directory: ${name}`),
    ...(generated ? [] : ['no picture was made under strace, so nothing was shown']),
    ...(withoutNetwork === false ? ['no picture could be made without a network'] : []),
  ]
}

function report(audit: Audit): string[] {
  const verdict = (good: boolean) => (good ? 'ok    ' : 'FAILED')
  const outside = audit.attempts.filter(({ outside: leaves }) => leaves)
  const inside = audit.attempts.filter(({ outside: leaves }) => !leaves)
  return [
    `${verdict(audit.generated)} a picture was made while every connect and send was written down`,
    `${verdict(outside.length === 0)} addresses outside of this machine: ${outside.length}`,
    ...outside.map(({ call, family, address, count }) => `         ${count} x ${call} ${family} ${address}`),
    ...inside.map(
      ({ call, family, address, count }) => `         ${count} x ${call} ${family} ${address} (here)`,
    ),
    `${verdict(audit.strayFiles.length === 0)} files outside of the data directory: ${audit.strayFiles.length}`,
    ...audit.strayFiles.map((name) => `         ${name}`),
    audit.withoutNetwork === undefined
      ? 'not checked: the same without any network (this system does not allow unshare -rn)'
      : `${verdict(audit.withoutNetwork)} the same where there is no network at all`,
    'this command cannot check:',
    ...beyond.map((line) => `         ${line}`),
  ]
}
