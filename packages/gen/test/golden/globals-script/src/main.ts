import { traceConfigured } from './ztrace'

//trace:event traceConfigured(options: ScriptOptions, config: App.Config)
export const configure = (options: ScriptOptions): void => traceConfigured(options, { port: 1 })
