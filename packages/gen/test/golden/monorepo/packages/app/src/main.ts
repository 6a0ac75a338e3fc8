import { traceStarted } from './ztrace.js'

// Workspace packages are read from their sources: none of them needs to be built, nor linked.
//trace:import "@acme/net"
//trace:import tls "@acme/net/tls"
//trace:import "@acme/log"
//trace:event traceStarted(port: number)
export const main = (): void => traceStarted(80)
