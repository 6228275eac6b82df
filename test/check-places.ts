/** Every program that a test compiles is proven before it runs. */

import { checkPlaces } from '../src/compiler/check-places.ts'
import { onCompiled } from '../src/compiler/compile.ts'

onCompiled(checkPlaces)
