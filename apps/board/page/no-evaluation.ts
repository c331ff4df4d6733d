/**
 * The page's policy forbids to make code from text. A library that only asks whether it may would be
 * reported as if it had been attacked; here it is told no beforehand. Imported before all else.
 */
globalThis.Function = new Proxy(Function, {
  construct: refuse,
  apply: refuse,
})

function refuse(): never {
  throw new EvalError('expected code to be in a file, was made from text')
}
