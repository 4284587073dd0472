// The manifest of <prior-lab> for editors and documentation (custom-elements.json, schema 1.0.0). The element's own
// attributes, events and methods are told here; those of the demos come from the tables of their state.

const own = [
  ['demo', 'string', 'Which demo; required.'],
  [
    'controls',
    'string',
    'Names of the controls that are shown, separated by commas; empty: none; absent: all.',
  ],
  ['theme', "'auto' | 'light' | 'dark'", 'Like the page around it (auto), or fixed.', 'auto'],
  ['height', 'number', 'Pixels that are kept free for it before it is loaded.'],
  ['autorun', 'boolean', 'Whether it may run unasked; absent: as the demo likes best.'],
];

const events = [
  ['change', 'ChangeDetail', 'The state has changed; attributes have followed.'],
  ['result', 'ResultDetail', 'A run has come to its end.'],
  ['progress', 'ProgressDetail', 'A run goes on.'],
  ['error', 'ErrorDetail', 'Something went wrong; the detail has a sentence.'],
];

const fieldsOfElement = [
  ['seed', 'number | undefined', 'The attribute, where the demo has one.'],
  ['state', 'Record<string, string>', "What differs from the demo's defaults.", true],
  ['ready', 'Promise<void>', 'Resolves when the demo is there; it is loaded now.', true],
];

const methods = [
  ['run', 'Promise<void>', 'Loads the demo if need be and runs it.'],
  ['pause', 'void', 'Holds the run.'],
  ['step', 'void', 'Goes on by one unit: a pass, a pixel, an epoch.'],
  ['stop', 'void', 'Ends the run.'],
  ['reset', 'void', 'Back to the start.'],
];

const typeOf = ({ type, choices }) => {
  if (type === 'choice') return choices.map(({ value }) => `'${value}'`).join(' | ');
  return { number: 'number', integer: 'number', boolean: 'boolean' }[type] ?? 'string';
};

/** fields: parameter specs by id of the demo; demos: the list of all. */
export function customElements({ fields, demos }) {
  const told = new Map();
  for (const { id } of demos)
    for (const field of fields[id] ?? []) {
      const it = told.get(field.name) ?? { types: new Set(), uses: [] };
      it.types.add(typeOf(field));
      it.uses.push(
        `${id}: ${field.label || field.name}, usually ${field.default === '' ? 'empty' : field.default}.`,
      );
      told.set(field.name, it);
    }
  const ids = demos.map(({ id }) => `'${id}'`).join(' | ');
  const taken = new Set(own.map(([name]) => name));
  const attributes = [
    ...own.map(([name, text, description, fallback]) => ({
      name,
      type: { text: name === 'demo' ? ids : text },
      description,
      ...(fallback && { default: fallback }),
    })),
    ...[...told].map(([name, { types, uses }]) => ({
      name: taken.has(name) ? `data-${name}` : name,
      type: { text: [...types].join(' | ') },
      description: uses.join(' '),
    })),
  ];
  const path = 'lib/prior-lab.js';
  return {
    schemaVersion: '1.0.0',
    modules: [
      {
        kind: 'javascript-module',
        path,
        declarations: [
          {
            kind: 'class',
            name: 'PriorLab',
            tagName: 'prior-lab',
            customElement: true,
            superclass: { name: 'HTMLElement' },
            description: 'A demo of Priorlab as a figure in a page.',
            attributes,
            events: events.map(([name, detail, description]) => ({
              name,
              type: { text: `CustomEvent<${detail}>` },
              description,
            })),
            members: [
              ...own.map(([name, text, description]) => ({
                ...{ kind: 'field', name, type: { text: name === 'demo' ? ids : text }, description },
                attribute: name,
              })),
              ...fieldsOfElement.map(([name, text, description, readonly = false]) => ({
                ...{ kind: 'field', name, type: { text }, description, readonly },
              })),
              ...methods.map(([name, result, description]) => ({
                ...{ kind: 'method', name, return: { type: { text: result } }, description },
              })),
            ],
            cssProperties: [
              { name: '--demo-accent', description: 'Colour of links, sliders and the chosen.' },
              { name: '--demo-font', description: 'Font; that of the page when absent.' },
              { name: '--demo-ink', description: 'Colour of text.' },
              { name: '--demo-ground', description: 'Colour behind the demo.' },
            ],
            cssParts: [
              { name: 'demo', description: 'The demo.' },
              { name: 'poster', description: 'The picture that stands in its place before.' },
            ],
          },
        ],
        exports: [
          { kind: 'js', name: 'PriorLab', declaration: { name: 'PriorLab', module: path } },
          {
            kind: 'custom-element-definition',
            name: 'prior-lab',
            declaration: { name: 'PriorLab', module: path },
          },
        ],
      },
    ],
  };
}
