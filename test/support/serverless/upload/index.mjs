import { writeFileSync } from 'node:fs';
import client from '@actions/artifact';

writeFileSync('state', Buffer.from(process.env.INPUT_BASE64, 'base64'));
await client.uploadArtifact(process.env.INPUT_NAME, ['state'], '.');
