export { BacktestJudge, ruleForecasts, type BacktestSetting, type BacktestWindow } from './backtest-judge.ts'
export type { BacktestReport, ForecastErrors } from './backtest-report.ts'
export type { Errors, WindowActual, WindowForecast } from './error-sums.ts'
export type { Tick } from './drawing/tick.ts'
export { forecastOf } from './forecast-of.ts'
export { forecastsCsv } from './forecast-text.ts'
export type { Forecast, ForecastOutline, ForecastParts, History, SvgOptions } from './forecast-value.ts'
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
export type { Times, Wall } from './time-text.ts'
export type { Verdict } from './verdict.ts'
export { forecast, forecastAll } from './forecast.ts'
export { forecastByRule } from './forecast-by-rule.ts'
export type { RuleForecastOptions } from './rule-forecast-options.ts'
export type { ForecastOptions } from './forecast-options.ts'
export { backtest } from './backtest.ts'
export type { BacktestOptions } from './backtest-options.ts'
export type { ForecastSession, Observation } from './forecast-session.ts'
export { watch } from './watch.ts'
export { anomalies } from './anomalies.ts'
export type { Anomaly, AnomalyOptions, AnomalyReport } from './anomaly-report.ts'
export { explain } from './explain.ts'
export type { Explanation, ExplainOptions } from './explanation.ts'
