// Leaks, among them each of the 69 that Go's proof of leaks is tested with, under the names that they have there,
// written anew: the structure of each, not its code.
import { channels } from './channels.js'
import { kinds } from './kinds.js'
import { locks } from './locks.js'
import { mixed } from './mixed.js'
import type { Patterns } from './pattern.js'

export { kept, type Pattern } from './pattern.js'

export const patterns: Patterns = { ...kinds, ...channels, ...locks, ...mixed }
