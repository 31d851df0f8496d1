#!/usr/bin/env node
// `likeness …` from anywhere, for a checkout that was linked with `npm link`.
import { start } from './bootstrap.mjs';

await start(['likeness', ...process.argv.slice(2)]);
