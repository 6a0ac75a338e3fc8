/** The environment variable that has the level. Child processes inherit it. */
export const LEVEL = 'TSGOTRACE_EXEC'

/** A level: the states of tasks too, where this Node can follow them at a low price. Where it cannot, nobody has asked for them. */
export const AUTO = 'auto'
