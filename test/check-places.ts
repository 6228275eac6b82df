/** Every program that a test compiles is proven before it runs. */

import { onCompiled } from '../src/compiler/compile.ts'
import { prove } from './proven.ts'

onCompiled(prove)
