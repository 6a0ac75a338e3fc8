import { everySlice } from './everysliceproperties.js'

everySlice(8)
