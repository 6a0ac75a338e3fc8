// How an encrypted segment is laid out: FORMAT.md, "Compression and encryption".

/** It begins with this, and the nonce follows. */
export const MAGIC: Buffer = Buffer.from('tsgtrec1')
/** Bytes. */
export const NONCE = 12
/** Bytes at the end. */
export const TAG = 16
export const CIPHER = 'aes-256-gcm'
