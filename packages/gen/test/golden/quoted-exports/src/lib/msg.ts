interface Msg {
	readonly text: string
}
class Conn {
	readonly open: boolean = true
}
const limits: { readonly most: number } = { most: 8 }
export { type Msg as 'the message', type Msg as "its user's", type Msg as 'a\\b', Conn as 'a connection', limits as '1 limit' }
export * as 'all of it' from './code.js'
