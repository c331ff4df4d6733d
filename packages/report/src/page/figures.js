const DIGITS_MAX = 6
const UNKNOWN = '–'

/** As in the tables: thousands parted, so many decimals, unknown is a dash. */
export function numberText(value, digits) {
  if (value === null || value === undefined) return UNKNOWN
  const size = Math.abs(value)
  const text = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: digits ?? 0,
    maximumFractionDigits: digits ?? (size !== 0 && size < 1e-3 ? 9 : DIGITS_MAX),
  }).format(size)
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text
}

/** What a value of an axis reads like. */
export function axisText(axis, value) {
  if (axis.names !== undefined) return axis.names[value] ?? ''
  return axis.scale === 'time'
    ? clockOf(axis).text(value, value % 1 !== 0)
    : numberText(value, axis.digits)
}

const clocks = new Map()

/** The clock of a time axis. */
export function clockOf(axis) {
  const timeZone = axis.timeZone ?? 'America/New_York'
  let clock = clocks.get(timeZone)
  if (clock === undefined) {
    const base = { timeZone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit' }
    const precise = { ...base, second: '2-digit' }
    const formats = {
      day: new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }),
      minute: new Intl.DateTimeFormat('en-GB', base),
      second: new Intl.DateTimeFormat('en-GB', precise),
      millisecond: new Intl.DateTimeFormat('en-GB', { ...precise, fractionalSecondDigits: 3 }),
    }
    const format = (name, unixS) => formats[name].format(new Date(unixS * 1_000))
    clock = {
      text: (unixS, isFine) =>
        `${format('day', unixS)} ${format(isFine ? 'millisecond' : 'second', unixS)}`,
      /** A tick's text: no finer than ticks are apart. */
      tick: (unixS, stepS) => {
        if (stepS >= 86_400) return format('day', unixS)
        return format(stepS >= 60 ? 'minute' : stepS >= 1 ? 'second' : 'millisecond', unixS)
      },
    }
    clocks.set(timeZone, clock)
  }
  return clock
}
