class Conn {
	readonly id: number = 1
}
// trace:event traceOpened(c: Conn): void
export const open = (): Conn => new Conn()
