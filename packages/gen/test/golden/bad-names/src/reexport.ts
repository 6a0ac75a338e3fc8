export { type Message as Renamed } from './msg.js'
export * from './msg.js'

// What a file exports from elsewhere is no name of the file itself.
//trace:event traceRenamed(m: Renamed, n: Message)
