export interface Socket {
	readonly kind: ''
}
//trace:event traceOpened(s: Socket, url: string)
export const kind = ''
