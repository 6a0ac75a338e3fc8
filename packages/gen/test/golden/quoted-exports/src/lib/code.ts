export type Code = 'ok' | 'lost'
