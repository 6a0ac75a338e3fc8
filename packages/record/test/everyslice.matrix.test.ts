import { everySlice } from './everysliceproperties.js'

everySlice(300)
