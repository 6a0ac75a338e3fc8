import type { Props } from './view.js'
//trace:event traceShared(p?: Props)
export const shared = (p: Props): Props => p
