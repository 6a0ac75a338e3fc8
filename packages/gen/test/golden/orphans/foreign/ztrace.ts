// Somebody else's, and nothing is to be generated here: it is left alone.
export {}
