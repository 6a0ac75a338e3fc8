// Taken when the module loads. Fake timers that a test installs later would run ours endlessly in `runAllTimers`, and
// would not know those that were started before.
import { clearInterval as clear, setInterval as set } from 'node:timers'

// Constants, because the imported bindings change when fake timers are installed.
export const setInterval: typeof set = set
export const clearInterval: typeof clear = clear
export const queueMicrotask: typeof globalThis.queueMicrotask = globalThis.queueMicrotask
