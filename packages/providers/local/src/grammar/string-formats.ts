// The formats of JSON Schema that a grammar can hold, as regular expressions over the whole string.
const days =
  '(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))';
const leapYear = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const date = `(?:\\d{4}-${days}|${leapYear}-02-29)`;
const zone = '(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)';
const time = `(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?${zone}`;
const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = `${octet}(?:\\.${octet}){3}`;
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?';
const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const pathChar = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
const query = `(?:\\?(?:${pathChar}|[/?])*)?(?:#(?:${pathChar}|[/?])*)?`;
const group = '[0-9A-Fa-f]{1,4}';

/** Format name to the pattern of the whole string. Dates are real days; times carry a zone, as RFC 3339 says. */
export const stringFormats: Readonly<Record<string, string>> = {
  date,
  time,
  'date-time': `${date}T${time}`,
  uuid: '[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}',
  email: `${atom}(?:\\.${atom})*@(?:${label}\\.)+${label}`,
  hostname: `${label}(?:\\.${label}){0,6}`,
  ipv4,
  ipv6: `(?:${group}:){7}${group}|(?:${group}:){1,6}:${group}|(?:${group}:){1,7}:|::(?:${group}:){0,5}${group}|::`,
  uri: `(?:[A-Za-z][A-Za-z0-9+.-]{0,15}://${label}(?:\\.${label}){0,6}(?::[1-9]\\d{0,3})?(?:/${pathChar}*)*${query}|(?:mailto|urn|tel):${pathChar}+)`,
  duration:
    'P(?:\\d{1,9}W|(?:\\d{1,9}Y(?:\\d{1,9}M(?:\\d{1,9}D)?)?|\\d{1,9}M(?:\\d{1,9}D)?|\\d{1,9}D)|T(?:\\d{1,9}H(?:\\d{1,9}M(?:\\d{1,9}S)?)?|\\d{1,9}M(?:\\d{1,9}S)?|\\d{1,9}S))',
};
