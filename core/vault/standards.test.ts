import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chacha20, poly1305 } from '../testing/chacha20-pages.ts'
import { stretch } from './passphrase.ts'

/**
 * The primitives that the vault stands on, held against the numbers printed in their standards. What Sanggar makes of
 * them is opened without its own code in `vault-opened-by-hand.test.ts`.
 */
const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

describe('scrypt, RFC 7914, section 12', () => {
  const vectors = [
    {
      passphrase: '',
      salt: '',
      parameters: { cost: 16, blockSize: 1, parallelization: 1 },
      key: `77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442
            fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906`,
    },
    {
      passphrase: 'password',
      salt: 'NaCl',
      parameters: { cost: 1024, blockSize: 8, parallelization: 16 },
      key: `fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162
            2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640`,
    },
    {
      passphrase: 'pleaseletmein',
      salt: 'SodiumChloride',
      parameters: { cost: 16384, blockSize: 8, parallelization: 1 },
      key: `7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2
            d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887`,
    },
  ]
  it.each(vectors)('“$passphrase” with “$salt”', async ({ passphrase, salt, parameters, key }) => {
    expect(await stretch(passphrase, Buffer.from(salt), parameters, 64)).toEqual(hex(key))
  })
})

describe('HKDF with SHA-256, RFC 5869, appendix A', () => {
  const vectors = [
    {
      case: 1,
      secret: '0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b',
      salt: '000102030405060708090a0b0c',
      info: 'f0f1f2f3f4f5f6f7f8f9',
      key: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    },
    {
      case: 3,
      secret: '0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b',
      salt: '', // as the vault uses it
      info: '',
      key: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    },
  ]
  it.each(vectors)('test case $case', ({ secret, salt, info, key }) => {
    expect(Buffer.from(hkdfSync('sha256', hex(secret), hex(salt), hex(info), 42))).toEqual(hex(key))
  })

  it('one block of it is two HMACs, as the vault opened by hand computes it', () => {
    const secret = hex('0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b')
    const extracted = createHmac('sha256', Buffer.alloc(32)).update(secret).digest()
    const expanded = createHmac('sha256', extracted)
      .update(Buffer.from([1]))
      .digest()
    expect(Buffer.from(hkdfSync('sha256', secret, '', '', 32))).toEqual(expanded)
  })
})

/** McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B, which NIST SP 800-38D refers to. */
describe('AES-256-GCM', () => {
  const long = {
    key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
    nonce: 'cafebabefacedbaddecaf888',
    plain: `d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525
            b16aedf5aa0de657ba637b39`,
    associated: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    sealed: `522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838
             c5f61e6393ba7a0abcc9f662`,
    tag: '76fc6ece0f4e1768cddf8853bb2d551b',
  }
  const zeros = { key: '00'.repeat(32), nonce: '00'.repeat(12), associated: '' }
  const vectors = [
    { case: 13, ...zeros, plain: '', sealed: '', tag: '530f8afbc74536b9a963b4f1c4cb738b' },
    {
      case: 14,
      ...zeros,
      plain: '00'.repeat(16),
      sealed: 'cea7403d4d606b6e074ec5d3baf39d18',
      tag: 'd0d1c8a799996bf0265b98b5d48ab919',
    },
    { case: 16, ...long },
  ]
  it.each(vectors)('test case $case', ({ key, nonce, associated, plain, sealed, tag }) => {
    const cipher = createCipheriv('aes-256-gcm', hex(key), hex(nonce)).setAAD(hex(associated))
    expect(Buffer.concat([cipher.update(hex(plain)), cipher.final()])).toEqual(hex(sealed))
    expect(cipher.getAuthTag()).toEqual(hex(tag))
    const back = createDecipheriv('aes-256-gcm', hex(key), hex(nonce), { authTagLength: 16 })
      .setAAD(hex(associated))
      .setAuthTag(hex(tag))
    expect(Buffer.concat([back.update(hex(sealed)), back.final()])).toEqual(hex(plain))
  })
})

/** The two halves of the database's cipher, as the test beside this one computes them. */
describe('ChaCha20 and Poly1305, RFC 8439', () => {
  it('the cipher, section 2.4.2', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
    const words =
      'Ladies and Gentlemen of the class of ’99: If I could offer you only one tip for the future, sunscreen would be it.'
    const text = Buffer.from(words.replace('’', "'"))
    const sealed = chacha20(text, key, hex('000000000000004a00000000'), 1)
    expect(sealed.subarray(0, 32)).toEqual(
      hex('6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0b'),
    )
    expect(sealed.subarray(-10)).toEqual(hex('b40b8eedf2785e42874d'))
  })

  it('the authenticator, section 2.5.2', () => {
    const key = hex('85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b')
    expect(poly1305(Buffer.from('Cryptographic Forum Research Group'), key)).toEqual(
      hex('a8061dc1305136c6c22b8baf0c0127a9'),
    )
  })
})
