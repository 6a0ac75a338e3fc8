export interface Message {
	readonly id: number
}
