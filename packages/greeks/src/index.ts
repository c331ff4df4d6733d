export {
  impliedGreeks,
  type ImpliedGreeks,
  impliedVolatility,
  type ImpliedVolatility,
  type OptionAtPrice,
} from './implied-volatility.ts'
export { normalCdf, normalPdf } from './normal.ts'
export { type OptionAtVolatility, type OptionGreeks, optionGreeks } from './option-greeks.ts'
export {
  type OptionTerms,
  type Unpriceable,
  UNPRICEABLE_REASONS,
  type UnpriceableReason,
} from './option-terms.ts'
