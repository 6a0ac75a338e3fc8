import { shared } from './realm.js'

/**
 * Hooks that begin tasks must come after those that follow the states: whoever installs the latter calls `again`. Null
 * while nothing begins tasks. Shared by all copies of the package.
 */
export const jobHooks: { again: (() => void) | null } = shared('job hooks', () => ({ again: null }))
