export { type ProfileRow, type ProfileSummary, profileSummary } from './profile.js'
export {
	type CounterSummary,
	type EventSummary,
	quantile,
	type Signals,
	type SliceSummary,
	Summary,
	type SummaryOptions,
	spanOf,
	type TrackSummary,
} from './summarize.js'
