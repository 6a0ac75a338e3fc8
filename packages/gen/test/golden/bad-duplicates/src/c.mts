//trace:event traceThrice()
export {}
