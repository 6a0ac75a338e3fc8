export interface Socket {
	readonly kind: '.ios'
}
//trace:event traceOpened(s: Socket, url: string)
export const kind = '.ios'
