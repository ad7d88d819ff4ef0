// Regenerates what the console knows of the hub: openapi.json and its types from a running hub
// (`npm run api -- http://127.0.0.1:8080`), and the words in both languages from src/model/labels.cc
// and src/model/actions.cc.
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

/** A table of the hub, `{"word", {"词", "word"}}` a row, as a module of the console. */
function copyTable(source, name, about) {
  const rows = new Map();
  const table = readFileSync(`../${source}`, "utf8");
  for (const [, word, zh, en] of table.matchAll(/\{("[^"]+"),\s*\{("[^"]+"),\s*("[^"]+")\}\}/g)) {
    // As in the table of the hub, the first entry of a word counts.
    if (!rows.has(word)) rows.set(word, `  ${word}: { zh: ${zh}, en: ${en} },`);
  }
  if (rows.size === 0) throw new Error(`${source} has no words any more`);
  writeFileSync(
    `src/texts/${name}.ts`,
    `// Made by scripts/api.mjs from ${source}: ${about}.\nexport const ${name}: Record<string, { zh: string; en: string }> = {\n${[...rows.values()].join("\n")}\n};\n`,
  );
}
copyTable("src/model/labels.cc", "words", "how people read the hub's stable words");
copyTable("src/model/actions.cc", "actions", "what the steps of the journal are called");
