import 'acme'
import type { Side } from './side.js'
//trace:event traceAcme(a: AcmeThing, b: Hooked.Hook, c: typeof acmeValue, d: Beside)
//trace:event traceMeaning(a: acmeValue, b: typeof AcmeThing, c: AcmeThing.Part)
export type S = Side
