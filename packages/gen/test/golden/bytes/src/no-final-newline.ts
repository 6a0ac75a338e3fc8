import { traceLast } from "./ztrace.js"
export const last = (): void => traceLast()
//trace:event traceLast()