//trace:event traceStory()
export {}
