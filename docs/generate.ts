import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { contract } from '../functions/src/contract.ts';
import { apiFile, renderApi } from './api.ts';
import { readMeanings } from './meanings.ts';
import { privacyFile, renderPrivacy } from './privacy.ts';
import { renderSpeed, speedFile } from './speed.ts';

/** Writes docs/api.md, docs/privacy.md and docs/speed.md: `node docs/generate.ts`. */
const config = await resolveConfig(apiFile);
await writeFile(apiFile, await format(renderApi(contract, readMeanings()), { ...config, filepath: apiFile }));
await writeFile(privacyFile, await format(renderPrivacy(), { ...config, filepath: privacyFile }));
await writeFile(speedFile, await format(renderSpeed(), { ...config, filepath: speedFile }));
