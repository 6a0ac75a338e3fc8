// Written by hand long ago.
export const traceA = (): void => {}
