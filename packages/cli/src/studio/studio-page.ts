// The first page of the studio: which apps there are. Plain HTML, in the visitor's language and theme.
import type { InBoth, StudioApp } from './studio-apps.ts';

const words = {
  title: { en: 'Modeshift Studio', zh: 'Modeshift 工作室' },
  lead: {
    en: 'The ways to build an application on a language model, each with a page of its own.',
    zh: '用语言模型构建应用的各种方式，每种都有自己的页面。',
  },
  other: { en: '中文', zh: 'English' },
  local: {
    en: 'Everything runs on this machine. Models of others are asked only where you choose them.',
    zh: '一切都在本机运行。只有在你选择时，才会调用别处的模型。',
  },
  sample: {
    en: 'New here? One task in every mode, from a prompt to full fine-tuning:',
    zh: '第一次来？同一个任务的所有模式，从提示到全量微调：',
  },
  seeSample: { en: 'see the sample run', zh: '查看示例' },
  failed: { en: 'This app could not be started.', zh: '此应用无法启动。' },
  back: { en: 'Back to the studio', zh: '返回工作室' },
} as const satisfies Record<string, InBoth>;

const style = `:root{color-scheme:light dark;--line:light-dark(#d9dee7,#333a46);--card:light-dark(#fff,#1d222b);--page:light-dark(#f6f7f9,#14181f);
--text:light-dark(#1b2330,#e7eaf0);--soft:light-dark(#4b5768,#a9b4c4);--accent:light-dark(#2456c7,#8db4ff)}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--text);font:1rem/1.6 system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
header,main,footer{max-width:60rem;margin:0 auto;padding:0 1.25rem}header{display:flex;justify-content:space-between;align-items:baseline;gap:1rem;padding-top:3rem}
h1{font-size:1.9rem;line-height:1.2;margin:0;letter-spacing:-.01em}.lead{color:var(--soft);margin:.6rem 0 2rem;max-width:42rem}
ul{list-style:none;margin:0;padding:0;display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr))}
li a{display:block;height:100%;padding:1.25rem;background:var(--card);border:1px solid var(--line);border-radius:12px;color:inherit;text-decoration:none}
li a:hover{border-color:var(--accent)}h2{font-size:1.15rem;margin:0 0 .3rem;color:var(--accent)}li p{margin:0;color:var(--soft)}
a{color:var(--accent)}a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}.sample{margin:2rem 0 0}footer{color:var(--soft);font-size:.9rem;padding-top:2rem;padding-bottom:3rem}`;

/** The language that a request asks for: by `?lang=`, else by what its browser prefers. */
export function languageOf(query: URLSearchParams, accepted = ''): keyof InBoth {
  const asked = query.get('lang');
  if (asked === 'en' || asked === 'zh') return asked;
  return /^\s*zh\b/i.test(accepted) ? 'zh' : 'en';
}

/** The page that lists the apps. `sample`: where a run of the sample is shown. */
export function studioPage(apps: readonly StudioApp[], lang: keyof InBoth, sample?: string): string {
  const other = lang === 'en' ? 'zh' : 'en';
  const cards = apps.map(
    ({ name, title, about }) =>
      `<li><a href="${name}/"><h2>${escapeHtml(title[lang])}</h2><p>${escapeHtml(about[lang])}</p></a></li>`,
  );
  const sampleLine = sample
    ? `<p class="sample">${words.sample[lang]} <a href="${escapeHtml(sample)}">${words.seeSample[lang]}</a></p>`
    : '';
  const languageLink = `<a href="?lang=${other}" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${words.other[lang]}</a>`;
  return page(
    lang,
    words.title[lang],
    `<header><h1>${words.title[lang]}</h1>${languageLink}</header><main><p class="lead">${words.lead[lang]}</p><ul>${cards.join('\n')}</ul>${sampleLine}</main>
<footer>${words.local[lang]}</footer>`,
  );
}

/** The page of an app that could not be made. */
export function failedPage(app: StudioApp, message: string, lang: keyof InBoth): string {
  return page(
    lang,
    app.title[lang],
    `<header><h1>${escapeHtml(app.title[lang])}</h1></header><main><p class="lead">${words.failed[lang]} ${escapeHtml(message)}</p>
<p><a href="../">${words.back[lang]}</a></p></main>`,
  );
}

function page(lang: keyof InBoth, title: string, body: string): string {
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><style>${style}</style></head><body>${body}</body></html>`;
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, sign => names[sign]!);
}
