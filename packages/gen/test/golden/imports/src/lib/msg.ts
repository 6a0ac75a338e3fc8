export class Msg {
	readonly id: number = 0
}
export interface Opts {
	readonly retry?: boolean
}
export type Reply = string
export default class Channel {
	readonly name: string = ''
}
