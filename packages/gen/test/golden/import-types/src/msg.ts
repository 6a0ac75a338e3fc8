export interface Msg {
	readonly id: number
}
export const limit = 10 as const
export interface Box<T> {
	readonly value: T
}
