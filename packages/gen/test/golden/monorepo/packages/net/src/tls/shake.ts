import { traceShaken } from './ztrace.js'

//trace:event traceShaken<T extends string>(protocol: T, ...ciphers: T[])
export const shake = (): void => traceShaken('h2')
