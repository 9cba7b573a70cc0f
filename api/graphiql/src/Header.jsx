// Name, profile, and who asks.
import { use } from 'react';
import { DeskContext } from './desk.js';
import { IdentitySwitch } from './identity.jsx';
import { LanguageChoice } from './language.jsx';
import mark from './mark.svg';

export function Header() {
  const { config } = use(DeskContext);
  const isDemo = Boolean(config.tokens.member);
  return (
    <header className="pistis-header">
      <img src={mark} alt="" />
      <h1>Pistis</h1>
      <p>Loyalty, asked in GraphQL</p>
      <span className="pistis-profile" title="PISTIS_PROFILE of this server">
        {config.profile}
      </span>
      <LanguageChoice />
      {isDemo ? (
        <IdentitySwitch />
      ) : (
        <p className="pistis-hint">
          Put your token into <b>Headers</b>: <code>{'{"Authorization": "Bearer …"}'}</code>
        </p>
      )}
    </header>
  );
}
