#!/usr/bin/env node
// The command. Runs the bundle; in a clone that was not built yet, the source by tsx.
import { existsSync } from 'node:fs';

const bundle = new URL('../dist/hardway.js', import.meta.url);
if (existsSync(bundle)) await import(bundle.href);
else {
  const loader = await import('tsx/esm/api').catch(() => undefined);
  if (loader) {
    loader.register();
    await import(new URL('../engine/main.ts', import.meta.url).href);
  } else {
    console.error('hardway is not built yet: run npm run build');
    process.exitCode = 1;
  }
}
