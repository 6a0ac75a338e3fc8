export {
	type Cause,
	type CompareOptions,
	type Comparison,
	compare,
	type GroupDifference,
	type RunGroups,
} from './compare.js'
