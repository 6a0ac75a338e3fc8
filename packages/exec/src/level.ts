/** The environment variable that holds the level. Child processes inherit it. */
export const LEVEL = 'TSGOTRACE_EXEC'

/** A level: includes the states of tasks if this Node can follow them cheaply. If it cannot, there is no warning, because the user did not request them. */
export const AUTO = 'auto'
