/**
 * The place of the live service in the project graph. It will compose what `replayer` composes,
 * with the bus as its source and its sink; it is not built yet and says so.
 */
process.stderr.write(
  [
    'signal-service is not built yet: nothing was started, no bus was contacted.',
    'The same signals from recorded data: npm start -- run FILE…',
    '',
  ].join('\n'),
)
process.exitCode = 2
