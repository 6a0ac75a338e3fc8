// How an encrypted segment is laid out: FORMAT.md, "Compression and encryption".

/** It begins with this, and the nonce follows. */
export const MAGIC: Uint8Array = Uint8Array.from('tsgtrec1', letter => letter.charCodeAt(0))
/** Bytes. */
export const NONCE = 12
/** Bytes at the end. */
export const TAG = 16
export const CIPHER = 'aes-256-gcm'

/** Whether bytes start as an encrypted segment does, as far as they go. */
export function startsSealed(bytes: Uint8Array): boolean {
	return MAGIC.every((byte, i) => i >= bytes.length || bytes[i] === byte)
}
