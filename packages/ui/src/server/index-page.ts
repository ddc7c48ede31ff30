// What a browser sees where the page was not built: the app's name, its functions, how to call them.
import type { AppDefinition } from '../app.ts';
import { apiPrefix } from '../protocol/config.ts';

/** A page without scripts. With `login`, it asks for a name and a password instead of listing functions. */
export function indexPage(definition: AppDefinition, root: string, login?: string): string {
  const { title, description, lang, theme, endpoints } = definition;
  const scheme = theme === 'auto' ? 'light dark' : theme;
  const functions = endpoints
    .filter(one => one.isListed)
    .map(({ name, label, description: about, inputs }) => {
      const data = inputs.map(([, { value, wire }]) => value ?? wire.example);
      const call = `curl ${root}${apiPrefix}/run/${encodeURIComponent(name)} -d '${JSON.stringify({ data }).replaceAll("'", `'\\''`)}'`;
      return `<section><h2>${escapeHtml(label ?? name)}</h2><p>${escapeHtml(about ?? '')}</p><pre><code>${escapeHtml(call)}</code></pre></section>`;
    });
  const form = `<p>${escapeHtml(login ?? '')}</p><form method="post" action="login" enctype="application/x-www-form-urlencoded">
<p><label>Name <input name="username" autocomplete="username" required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button>Log in</button></p></form>`;
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>:root{color-scheme:${scheme}}body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}pre{overflow-x:auto}</style>
</head><body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(description ?? '')}</p>
${login === undefined ? functions.join('\n') : form}
</main></body></html>`;
}

export function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, sign => names[sign]!);
}
