// Taken when the module loads. Fake timers that a test installs later would run ours for ever in a `runAllTimers`, and would not know those that
// were begun before.
import { clearInterval as clear, setInterval as set } from 'node:timers'

// Constants, as the imports change with what is installed.
export const setInterval: typeof set = set
export const clearInterval: typeof clear = clear
export const queueMicrotask: typeof globalThis.queueMicrotask = globalThis.queueMicrotask
