// The page's security policy lets in only styles that carry the nonce of this load; the server wrote it into the page.

const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';

// The library that holds the page still behind a drawer looks for it here.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;

export function styleNonce(): string {
  return nonce;
}
