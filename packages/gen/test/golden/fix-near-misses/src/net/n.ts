//trace:event traceNet()
export {}
