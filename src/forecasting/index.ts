export {
  coverage,
  crpsOfQuantiles,
  crpsOfSamples,
  mae,
  mase,
  mse,
  rmse,
  seasonalScale,
  smape,
  weightedQuantileLoss,
} from './metrics.ts'
export { rules, rulesOf, type Past, type Rule, type RuleForecast, type RuleName } from './rules.ts'
