// Regenerates what the console knows of the hub: openapi.json and its types from a running hub
// (`npm run api -- http://127.0.0.1:8080`), and the words in both languages from src/model/labels.cc.
// Without an address only the files that follow from committed ones are made again.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const hub = process.argv[2];
if (hub) {
  const answer = await fetch(`${hub}/api/v1/openapi.json`);
  if (!answer.ok) throw new Error(`${hub} answered ${answer.status}`);
  writeFileSync("openapi.json", `${JSON.stringify(await answer.json(), null, 1)}\n`);
}
execFileSync("npx", ["openapi-typescript", "openapi.json", "-o", "src/api/schema.ts"], {
  stdio: "inherit",
});

const labels = readFileSync("../src/model/labels.cc", "utf8");
const words = new Map();
for (const [, word, zh, en] of labels.matchAll(/\{("[^"]+"), \{("[^"]+"), ("[^"]+")\}\}/g)) {
  // As in the table of the hub, the first entry of a word counts.
  if (!words.has(word)) words.set(word, `  ${word}: { zh: ${zh}, en: ${en} },`);
}
if (words.size === 0) throw new Error("src/model/labels.cc has no words any more");
writeFileSync(
  "src/texts/words.ts",
  `// Made by scripts/api.mjs from src/model/labels.cc: how people read the hub's stable words.\nexport const words: Record<string, { zh: string; en: string }> = {\n${[...words.values()].join("\n")}\n};\n`,
);
