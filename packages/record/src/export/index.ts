export { type Json, jsonArgs, jsonValue } from './json.js'
export { jsonLine, lossText, textLine } from './line.js'
export { textArgs, textDuration, textMoment, textTime, textValue } from './text.js'
