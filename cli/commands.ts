import { compileCommand } from './commands/compile.ts'
import { dataCommand } from './commands/data.ts'
import { evaluateCommand } from './commands/evaluate.ts'
import { experimentCommand } from './commands/experiment.ts'
import { anomaliesCommand } from './commands/anomalies.ts'
import { backtestCommand } from './commands/backtest.ts'
import { forecastCommand } from './commands/forecast.ts'
import { generateCommand } from './commands/generate.ts'
import { doctorCommand } from './commands/doctor.ts'
import { nativeCommand } from './commands/native.ts'
import { predictCommand } from './commands/predict.ts'
import { scoreCommand } from './commands/score.ts'
import { showCommand } from './commands/show.ts'
import { trainCommand } from './commands/train.ts'

/** Every command, in the order in which help shows them. */
export const commands = [
  trainCommand,
  generateCommand,
  predictCommand,
  evaluateCommand,
  scoreCommand,
  forecastCommand,
  backtestCommand,
  anomaliesCommand,
  dataCommand,
  showCommand,
  compileCommand,
  experimentCommand,
  doctorCommand,
  nativeCommand,
]
