// What every part of the page shares: settings, who asks, the filler of variables.
import { createContext } from 'react';

export const DeskContext = createContext(null);
