// Loaded before every program of this repository (`node --import`), so that a Node which cannot
// run TypeScript sources says what to do instead of failing on the first file it meets.
// Plain JavaScript: it has to run on the very Node it refuses.
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Levels runs its TypeScript sources on Node 22.18 or newer; this is ${process.version}.\n` +
      'Use the npm scripts (npm start, npm test, npm run …): after "npm ci" they run the Node\n' +
      'pinned in package.json, whatever the machine has. If they still bring you here, the pinned\n' +
      'Node is missing: install it with "npm ci --include=optional" (without --ignore-scripts).',
  )
  process.exit(2)
}
