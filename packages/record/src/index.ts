export type RecordOptions = Record<string, never>
