// What every part of the page shares: settings, credentials, the filler of variables.
import { createContext } from 'react';

export const DeskContext = createContext(null);
