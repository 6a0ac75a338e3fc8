export interface Msg {
	readonly id: number
}
export type Key = 'a' | 'b'
export const origin: { readonly x: number; readonly y: number } = { x: 0, y: 0 }
