import { expect, test } from 'vitest'
import { cannotWatch, readTrace } from './privacy-audit.ts'

test('a trace is read as what it says: this machine, or another', () => {
  const trace = [
    '101 connect(3, {sa_family=AF_UNIX, sun_path="/run/nscd/socket"}, 110) = -1 ENOENT',
    '101 connect(3, {sa_family=AF_UNIX, sun_path=@"/tmp/.X11-unix/X0"}, 20) = 0',
    '102 connect(9, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 0',
    '102 connect(9, {sa_family=AF_INET6, sin6_port=htons(80), inet_pton(AF_INET6, "::1", &sin6_addr)}, 28) = 0',
    '103 sendto(9, "x", 1, 0, NULL, 0) = 1',
    '[pid 104] connect(9, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("93.184.216.34")}, 16) = -1 EINPROGRESS',
    '104 sendmsg(9, {msg_name={sa_family=AF_INET6, sin6_port=htons(53), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}}, 0) = 4',
    '105 sendto(9, "x", 1, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20',
    '105 connect(9, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("128.127.0.1")}, 16) = 0',
    '--- SIGCHLD {si_signo=SIGCHLD} ---',
  ].join('\n')
  expect(readTrace(trace).map(({ call, address, outside }) => `${call} ${address} ${outside}`)).toEqual([
    'connect /run/nscd/socket false',
    'connect /tmp/.X11-unix/X0 false',
    'connect 127.0.0.53 false',
    'connect ::1 false',
    'connect 93.184.216.34 true',
    'sendmsg 2001:db8::1 true',
    'sendto  false',
    'connect 128.127.0.1 true',
  ])
})

test('where nothing can be watched it says why', () => {
  expect(cannotWatch('darwin')).toBe('system')
  expect(cannotWatch('win32')).toBe('system')
  expect([undefined, 'no-strace', 'strace-not-allowed']).toContain(cannotWatch('linux'))
})
