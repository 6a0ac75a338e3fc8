export {}
//trace:event traceG({ g }: G)
