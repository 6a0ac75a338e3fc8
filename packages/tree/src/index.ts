export { InspectorError } from './live/inspector.js'
export { awaitTree } from './live/own.js'
export type { TakeTreeOptions } from './live/take.js'
export type {
	AwaitTree,
	CallLink,
	ChainGroup,
	EndLink,
	HolderLink,
	Link,
	NamedValue,
	PossibleDeadlock,
	PromiseLink,
	SourceSite,
	TaskLink,
} from './model.js'
export { placeTree } from './node/place.js'
export { type OnBytes, readHeapSnapshot } from './node/read-file.js'
export { type Original, Sources } from './node/sources.js'
export { type ChainChange, diffText, diffTrees, type TreeDiff } from './report/diff.js'
export { treeJson } from './report/json.js'
export { type ChainLine, chainLines, deadlockText, groupLines } from './report/lines.js'
export { treeMarkdown } from './report/markdown.js'
export { headline, type ReportOptions, treeText } from './report/text.js'
export { SnapshotError } from './snapshot/errors.js'
export type { Heap } from './snapshot/heap.js'
export { SnapshotParser } from './snapshot/parser.js'
export { type TreeTask, taskTree } from './tasks/build.js'
export { type BuiltTree, buildTree, type TreeOptions } from './tree/build.js'
