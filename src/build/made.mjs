// Runs inside the build's container: prints what the build made in a folder, as JSON. Folders that hold a file it was given are
// looked into; every other folder is one the build made.
import { readdirSync, readFileSync } from 'node:fs';

const folder = process.argv[2];
const given = new Set(JSON.parse(readFileSync(0, 'utf8')));
const shared = new Set(['']);
for (const path of given)
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) shared.add(path.slice(0, end));

const made = { folders: [], others: [] };
const look = (inside) => {
  for (const entry of readdirSync(`${folder}/${inside}`, { withFileTypes: true })) {
    const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (!entry.isDirectory()) given.has(path) || made.others.push(path);
    else if (shared.has(path)) look(path);
    else made.folders.push(path);
  }
};
look('');
console.log(JSON.stringify(made));
