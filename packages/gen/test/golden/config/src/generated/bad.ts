//trace:event this is not even looked at
export {}
