// Links `#cite-1` open what they cite, where something beside the text can show it.
import { createContext, useContext } from 'react';

const CitationContext = createContext<((number: string) => void) | undefined>(undefined);

export const CitationProvider = CitationContext;

export function useCitations(): ((number: string) => void) | undefined {
  return useContext(CitationContext);
}
