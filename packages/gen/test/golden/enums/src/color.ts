import { tracePainted } from './ztrace.js'

export enum Color {
	Red,
	Green,
}
export const enum Level {
	Low = 'low',
}

//trace:event tracePainted(color: Color, member: Color.Red, level: Level, values: typeof Color)
export const paint = (color: Color): void => tracePainted(color, Color.Red, Level.Low, Color)
