//trace:event traceJsx()
