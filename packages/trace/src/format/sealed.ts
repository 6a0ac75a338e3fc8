// The layout of an encrypted segment: FORMAT.md, "Compression and encryption".

/** The first bytes; the nonce follows. */
export const magic: Uint8Array = Uint8Array.from('tsgtrec1', letter => letter.charCodeAt(0))
/** Bytes. */
export const nonceLength = 12
/** Bytes at the end. */
export const tagLength = 16
export const cipherName = 'aes-256-gcm'

/** Whether bytes, as far as they go, start like an encrypted segment. */
export function startsSealed(bytes: Uint8Array): boolean {
	return magic.every((byte, i) => i >= bytes.length || bytes[i] === byte)
}
