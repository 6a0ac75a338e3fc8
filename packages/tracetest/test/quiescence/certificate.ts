import { createHash, generateKeyPairSync, sign } from 'node:crypto'

/** A self-signed certificate for `localhost`, and its key, as PEM. */
export function certificate(): { readonly key: string; readonly cert: string } {
	const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
	const spki = publicKey.export({ type: 'spki', format: 'der' })
	const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
	const name = sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from('localhost')))))
	const hour = 3_600_000
	const validity = sequence(time(Date.now() - hour), time(Date.now() + hour))
	const serial = tagged(
		0x02,
		Buffer.concat([Buffer.from([1]), createHash('sha256').update(spki).digest().subarray(0, 8)]),
	)
	const alternative = sequence(oid('551d11'), tagged(0x04, sequence(tagged(0x82, Buffer.from('localhost')))))
	const version = tagged(0xa0, tagged(0x02, Buffer.from([2])))
	const body = sequence(
		version,
		serial,
		ecdsaWithSha256,
		name,
		validity,
		name,
		spki,
		tagged(0xa3, sequence(alternative)),
	)
	const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]))
	const der = sequence(body, ecdsaWithSha256, signature)
	const lines = der
		.toString('base64')
		.match(/.{1,64}/g)!
		.join('\n')
	return {
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
		cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
	}
}

/** Distinguished encoding: tag, length, content. */
function tagged(tag: number, content: Buffer): Buffer {
	const { length } = content
	const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
	return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
	return tagged(0x30, Buffer.concat(parts))
}

function oid(hex: string): Buffer {
	return tagged(0x06, Buffer.from(hex, 'hex'))
}

function time(ms: number): Buffer {
	return tagged(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))
}
