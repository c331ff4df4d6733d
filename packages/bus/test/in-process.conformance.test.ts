import { InProcessBus } from '../src/index.ts'
import { describeBus } from './conformance.ts'

describeBus({ name: 'in-process', open: () => Promise.resolve(new InProcessBus()) })
