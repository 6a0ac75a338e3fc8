//trace:event traceBom(m: Msg)
import type { Msg } from "./msg.js"
import { traceBom } from "./ztrace.js"
export const bom = (m: Msg): void => traceBom(m)
