// Small things that GraphiQL leaves open: quieter editors, panels that begin at their top.
import { useEffect } from 'react';
import { pick, useGraphiQL } from '@graphiql/react';

const PLAIN_BRACKETS = {
  bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
};
const LOOK = {
  fontSize: 13,
  lineHeight: 20,
  wordWrap: 'on',
};

export function Tidy() {
  const { visiblePlugin, ...editors } = useGraphiQL(
    pick('visiblePlugin', 'queryEditor', 'variableEditor', 'headerEditor', 'responseEditor'),
  );
  useEffect(() => {
    Object.values(editors).forEach(editor => {
      editor?.updateOptions(LOOK);
      editor?.getModel().updateOptions(PLAIN_BRACKETS);
    });
  }, Object.values(editors));
  useEffect(() => {
    document.querySelector('.graphiql-plugin')?.scrollTo(0, 0);
  }, [visiblePlugin]);
  return null;
}

export function EmptyAnswer() {
  const isEmpty = useGraphiQL(
    state => !state.isFetching && !state.subscription && !state.tabs[state.activeTabIndex]?.response,
  );
  return isEmpty ? (
    <p>
      The answer appears here. Press ▶ or <kbd>Ctrl</kbd> <kbd>Enter</kbd>.
    </p>
  ) : null;
}
