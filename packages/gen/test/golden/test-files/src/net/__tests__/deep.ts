//trace:event traceHelper(frame: import('../conn.js').Frame)
export {}
