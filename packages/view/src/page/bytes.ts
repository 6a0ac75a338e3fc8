interface FromBase64 {
	readonly fromBase64?: (text: string) => Uint8Array
}

/** Decode base64. */
export function bytesOf(base64: string): Uint8Array {
	const decoder = Uint8Array as FromBase64
	if (decoder.fromBase64 !== undefined) return decoder.fromBase64(base64)
	const binary = atob(base64)
	const bytes = new Uint8Array(binary.length)
	for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
	return bytes
}

/** Unpack gzip. */
export async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
	const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'))
	return new Uint8Array(await new Response(stream).arrayBuffer())
}
