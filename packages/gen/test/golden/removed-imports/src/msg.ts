export interface Msg {
	readonly id: number
}
export default class Channel {}
