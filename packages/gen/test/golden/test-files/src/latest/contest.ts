//trace:event traceNoTest(name: 'contest')
export {}
