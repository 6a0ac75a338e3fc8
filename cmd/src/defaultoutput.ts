/** The file of `record`, in its own format. */
export const defaultOutput = 'trace.perfetto-trace'
