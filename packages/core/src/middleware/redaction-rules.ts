// What personal data and secrets look like.

/** Something to find in text. */
export interface RedactionRule {
  /** Names the placeholder, e.g. `EMAIL`: letters A to Z and `_`. */
  readonly name: string;
  /** With the `g` flag. */
  readonly pattern: RegExp;
  /** Whether what was found is meant, e.g. by a check digit. */
  readonly isMeant?: (found: string) => boolean;
}

/** Keys and tokens of well-known services, by their fixed prefixes. */
export const secretRules: readonly RedactionRule[] = [
  { name: 'API_KEY', pattern: /\b(?:sk|pk|rk)-(?:[A-Za-z]+-)*[A-Za-z0-9_-]{20,}/g },
  { name: 'AWS_KEY', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { name: 'GITHUB_TOKEN', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})/g },
  { name: 'GOOGLE_KEY', pattern: /\bAIza[A-Za-z0-9_-]{35}/g },
  { name: 'HF_TOKEN', pattern: /\bhf_[A-Za-z0-9]{30,}/g },
  { name: 'SLACK_TOKEN', pattern: /\bxox[abpors]-[A-Za-z0-9-]{10,}/g },
  { name: 'JWT', pattern: /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g },
  { name: 'PRIVATE_KEY', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g },
];

/**
 * Personal data by its form: e-mail addresses, payment cards and IBANs (with their check digits), Chinese mobile numbers and
 * identity numbers (with their check digit, GB 11643), international telephone numbers.
 */
export const personalRules: readonly RedactionRule[] = [
  { name: 'EMAIL', pattern: /[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/g },
  { name: 'IBAN', pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g, isMeant: isIban },
  { name: 'ID_NUMBER', pattern: /(?<!\d)\d{17}[\dXx](?!\d)/g, isMeant: isChineseId },
  { name: 'CARD', pattern: /(?<![\d+])\d(?:[ -]?\d){12,18}(?!\d)/g, isMeant: isCard },
  { name: 'PHONE', pattern: /(?<!\d)1[3-9]\d{9}(?!\d)|\+\d(?:[ ()-]{0,2}\d){7,14}(?!\d)/g },
];

/** Luhn's check, ISO/IEC 7812. */
function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** The check of ISO 13616: mod 97 of the rearranged number is 1. */
function isIban(text: string): boolean {
  const compact = text.replaceAll(' ', '');
  let rest = 0;
  for (const char of compact.slice(4) + compact.slice(0, 4)) {
    for (const digit of String(Number.parseInt(char, 36))) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

/** ISO 7064, MOD 11-2. */
function isChineseId(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += Number(text[i]) * (2 ** (17 - i) % 11);
  return '10X98765432'[sum % 11] === text[17]!.toUpperCase();
}
