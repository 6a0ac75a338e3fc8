export interface Socket {
	readonly kind: '.android'
}
//trace:event traceOpened(s: Socket, url: string)
export const kind = '.android'
