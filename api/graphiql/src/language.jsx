// The language in which titles and texts of the answers come.
import { use, useSyncExternalStore } from 'react';
import { LANGUAGES } from './caller.js';
import { DeskContext } from './desk.js';

export function useLanguage() {
  const { caller } = use(DeskContext);
  return useSyncExternalStore(caller.subscribe, () => caller.language);
}

export function LanguageChoice() {
  const { caller } = use(DeskContext);
  return (
    <select
      className="pistis-language"
      aria-label="Language of the answers"
      title="Sent as Accept-Language"
      value={useLanguage()}
      onChange={event => caller.speak(event.target.value)}
    >
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </select>
  );
}
