// Recogito's bundle asks whether it runs in production, as a bundler would have told it.
globalThis.process ??= { env: { NODE_ENV: "production" } };
