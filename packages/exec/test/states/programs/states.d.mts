export function attach(probes: Record<string, (...args: never[]) => unknown>): () => void
export function randomOf(seed: number): (below: number) => number
