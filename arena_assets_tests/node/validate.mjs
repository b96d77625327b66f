// Prints Khronos' report on each GLB named on the command line, one JSON object a line.
import { readFile } from "node:fs/promises";
import { validateBytes, version } from "gltf-validator";

for (const path of process.argv.slice(2)) {
  const bytes = new Uint8Array(await readFile(path));
  const report = await validateBytes(bytes, { uri: path, maxIssues: 20 });
  console.log(JSON.stringify({ ...report, validator: version() }));
}
