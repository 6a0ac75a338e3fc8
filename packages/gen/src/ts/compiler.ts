// The one door to ts-morph, which carries the TypeScript compiler. Loading it takes longer than all other work of most runs.
export { ts } from 'ts-morph'
