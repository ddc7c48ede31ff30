// The same schemas without a call: what the schema library costs by itself.
import * as z from 'zod/mini';

export const weather = z.object({ city: z.string(), unit: z.optional(z.enum(['celsius', 'fahrenheit'])) });
export const forecast = z.object({
  city: z.string(),
  days: z.array(z.object({ date: z.string(), degrees: z.number() })),
});
export type Weather = z.infer<typeof weather>;
export type Forecast = z.infer<typeof forecast>;
export const city = (value: Weather & Forecast): string => value.city;
