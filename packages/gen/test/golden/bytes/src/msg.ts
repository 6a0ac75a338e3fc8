export interface Msg {
	readonly id: number
}
