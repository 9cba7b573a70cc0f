// Monaco's colours, in the brand's: the same two names that GraphiQL switches between.
import { useEffect } from 'react';
import { useMonaco } from '@graphiql/react';

const PALETTES = {
  'graphiql-LIGHT': {
    base: 'vs',
    ground: '#ffffff',
    text: '#28363c',
    primary: '#16796f',
    tint: '#16796f1f',
    quiet: '#7b8b90',
    rules: { keyword: '16796f', type: '7a4bb5', field: '24527a', argument: '9a5b13', string: '2f7d3a', number: 'a2471f' },
  },
  'graphiql-DARK': {
    base: 'vs-dark',
    ground: '#182126',
    text: '#d3dde0',
    primary: '#6fd0bf',
    tint: '#6fd0bf24',
    quiet: '#7f9096',
    rules: { keyword: '6fd0bf', type: 'c3a1f0', field: '9ccbf2', argument: 'e5b778', string: '9bd49f', number: 'f0a887' },
  },
};

export function useColours() {
  const monaco = useMonaco(state => state.monaco);
  useEffect(() => {
    if (!monaco) return;
    Object.entries(PALETTES).forEach(([name, palette]) => monaco.editor.defineTheme(name, theme(palette)));
  }, [monaco]);
}

function theme({ base, ground, text, primary, tint, quiet, rules }) {
  const rule = (token, foreground) => ({ token, foreground });
  return {
    base,
    inherit: true,
    rules: [
      rule('keyword.gql', rules.keyword),
      rule('type.identifier.gql', rules.type),
      rule('key.identifier.gql', rules.field),
      rule('argument.identifier.gql', rules.argument),
      rule('string.key.json', rules.field),
      rule('string.value.json', rules.string),
      rule('number.json', rules.number),
      rule('keyword.json', rules.keyword),
      rule('comment', quiet.slice(1)),
    ],
    colors: {
      'editor.background': '#00000000',
      'editor.foreground': text,
      'editorLineNumber.foreground': `${quiet}90`,
      'editorLineNumber.activeForeground': quiet,
      'editorIndentGuide.background1': `${quiet}30`,
      'scrollbar.shadow': '#00000000',
      'editorHoverWidget.background': ground,
      'editorSuggestWidget.background': ground,
      'editorSuggestWidget.selectedBackground': tint,
      'editorSuggestWidget.selectedForeground': text,
      'editorSuggestWidget.highlightForeground': primary,
      'editorSuggestWidget.focusHighlightForeground': primary,
      'editorWidget.background': ground,
      'menu.background': ground,
      'menu.selectionBackground': tint,
      'menu.selectionForeground': text,
      'quickInput.background': ground,
      'quickInputList.focusBackground': tint,
      'quickInputList.focusForeground': text,
      'list.hoverBackground': tint,
      'list.highlightForeground': primary,
      'textLink.foreground': primary,
      'textLink.activeForeground': primary,
      'editorLink.activeForeground': primary,
      focusBorder: primary,
    },
  };
}
