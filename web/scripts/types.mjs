// Writes the TypeScript side of the registry: node web/scripts/types.mjs describe.json describe.gen.ts
// Out come the parameter tables as constant data (controls, URL state, checks before any module has loaded) and one
// type per task for parameters, inputs, outputs and metrics. No default or range is written anywhere else.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const quote = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
const union = (words) => (words.length ? words.map(quote).join(' | ') : 'never');
const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name));

function typeOf(param) {
  switch (param.type) {
    case 'number':
    case 'integer':
      return param.automatic ? "number | 'auto'" : 'number';
    case 'boolean':
      return 'boolean';
    case 'choice':
      return union(param.choices.map((choice) => choice.value));
    case 'text':
    case 'model':
      return 'string';
    default:
      throw new Error(`parameter ${param.name} has the unknown type "${param.type}"`);
  }
}

function typesOf(task) {
  const field = (indent, name, type, help) =>
    `${indent}/** ${help.replaceAll('*/', '* /')} */\n${indent}${name}: ${type};\n`;
  const block = (lines) => (lines.length ? `{\n${lines.join('')}    }` : '{}');
  const params = task.params.map((p) => field('      ', key(p.name), typeOf(p), p.help));
  const inputs = task.inputs.map((t) =>
    field('      ', key(t.name) + (t.optional ? '?' : ''), 'Tensor', `${t.shape} ${t.help}`),
  );
  return (
    `  /** ${task.title}. ${task.summary} */\n` +
    `  ${key(task.id)}: {\n` +
    `    params: ${block(params)};\n` +
    `    inputs: ${block(inputs)};\n` +
    `    outputs: ${union(task.outputs.map((t) => t.name))};\n` +
    `    metrics: ${union(task.metrics.map((m) => m.name))};\n` +
    `  };\n`
  );
}

export function typesFrom(description) {
  const tasks = Object.values(description.tasks);
  return (
    '// Written by web/scripts/types.mjs from the C++ declarations: do not edit.\n' +
    (tasks.some((task) => task.inputs.length) ? "import type { Tensor } from './api';\n" : '') +
    "import type { Description } from './describe';\n\n" +
    `export const description = ${JSON.stringify(description, null, 2)} as const satisfies Description;\n\n` +
    `export type Tasks = {\n${tasks.map(typesOf).join('')}};\n`
  );
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [from, to] = process.argv.slice(2);
  if (!to) {
    console.error('usage: node web/scripts/types.mjs describe.json describe.gen.ts');
    process.exit(2);
  }
  const text = typesFrom(JSON.parse(readFileSync(from, 'utf8')));
  if (!existsSync(to) || readFileSync(to, 'utf8') !== text) writeFileSync(to, text);
}
