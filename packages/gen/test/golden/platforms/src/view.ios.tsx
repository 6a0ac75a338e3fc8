//trace:event traceDrawn(ms: number)
export const kind = 'ios'
