//trace:event traceTwice(a: string)
//trace:event traceInFile()
//trace:event traceInFile(a: string)
//trace:event traceThrice()
//trace:event tracePart()
//trace:event tracePart_on(a: string)
export {}
