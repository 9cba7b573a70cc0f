// The browser's storage under our own names: other GraphiQL pages may live on the same address.
const PREFIX = 'pistis:';
const DEFAULTS = { 'graphiql:secondaryEditorFlex': '1.3' };

const ours = () => Object.keys(localStorage).filter(key => key.startsWith(PREFIX));

export const storage = {
  getItem: key => localStorage.getItem(PREFIX + key) ?? DEFAULTS[key] ?? null,
  setItem: (key, value) => localStorage.setItem(PREFIX + key, value),
  removeItem: key => localStorage.removeItem(PREFIX + key),
  clear: () => ours().forEach(key => localStorage.removeItem(key)),
  get length() {
    return ours().length;
  },
};
