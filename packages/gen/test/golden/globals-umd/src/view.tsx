//trace:event traceRendered(children: React.ReactNode, e: React.JSX.Element)
//trace:event traceBad(a: React, b: typeof React.nothing)
export const View = () => <b />
