// The page's style: paper and ink by day, slate by night; columns that become cards on a phone.

const day = `--paper:#f7f6f2;--card:#fff;--ink:#1b1d22;--soft:#565b66;--line:#e3e1da;--grid:#ebe9e3;--accent:#0d6d66;--tint:13,124,116;
--good:#16694a;--bad:#a83220;--warn:#8a5200;
--c0:#6b7280;--c1:#2a5bd0;--c2:#b9560c;--c3:#0b7a72;--c4:#a52f86;--c5:#6b46c8;--c6:#bf3a2b;--c7:#66740f`;
const night = `--paper:#101216;--card:#181b21;--ink:#eceef1;--soft:#a4abb7;--line:#2b303a;--grid:#252a33;--accent:#5fd0c4;--tint:64,170,158;
--good:#6fd6a6;--bad:#ff9a8a;--warn:#f0b65c;
--c0:#9aa3b0;--c1:#8cb0ff;--c2:#f4a65c;--c3:#54cdbf;--c4:#f08fd0;--c5:#b7a3ff;--c6:#ff9283;--c7:#c4d15a`;

const heat = Array.from(
  { length: 11 },
  (_, i) => `.heat .h${i}{background:rgba(var(--tint),${(i * 0.048).toFixed(3)})}`,
).join('');
const colours = Array.from({ length: 8 }, (_, i) => `.c${i}{--c:var(--c${i})}`).join('');

/** The style sheet of the page. */
export const style = `:root{color-scheme:light dark;${day}}
@media (prefers-color-scheme:dark){:root{${night}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main,header,footer{max-width:1140px;margin:0 auto;padding:0 clamp(16px,4vw,40px)}
header{padding-top:clamp(28px,6vw,64px)}
.over{margin:0;color:var(--accent);font-weight:650;font-size:.875rem;letter-spacing:.02em}
h1{font-size:clamp(1.9rem,5vw,3.1rem);line-height:1.08;letter-spacing:-.025em;margin:.25rem 0 .5rem;font-weight:720;text-wrap:balance}
.lead{color:var(--soft);font-size:1.06rem;max-width:62ch;margin:0 0 1rem}
.facts{display:flex;flex-wrap:wrap;gap:4px 18px;margin:0;padding:0;list-style:none;color:var(--soft);font-size:.9rem}
h2{font-size:1.22rem;letter-spacing:-.012em;line-height:1.25;margin:0 0 .2rem;font-weight:680}
section,.verdict{background:var(--card);border:1px solid var(--line);border-radius:16px;padding:clamp(16px,2.6vw,28px);margin:0 0 20px;min-width:0}
.note{color:var(--soft);font-size:.9rem;margin:0 0 1rem;max-width:78ch}
.verdict{margin-top:26px;display:grid;grid-template-columns:auto 1fr;gap:10px clamp(20px,4vw,48px);align-items:center}
.figure{margin:0;line-height:1}
.figure b{display:block;font-size:clamp(3rem,8vw,4.9rem);letter-spacing:-.045em;font-weight:740;color:var(--accent)}
.figure b span{font-size:.5em;letter-spacing:0;margin-left:.08em}
.figure small{display:block;margin-top:8px;color:var(--soft);font-size:.9rem}
.verdict h2{font-size:clamp(1.15rem,2.4vw,1.5rem);text-wrap:balance}
.verdict ul,.list{margin:.5rem 0 0;padding-left:1.1rem}
.verdict li,.list li{margin:.25rem 0}
.verdict li::marker,.list li::marker{color:var(--accent)}
.grid2,.grid3{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:20px;margin-bottom:20px}
.grid3{grid-template-columns:repeat(auto-fit,minmax(min(100%,335px),1fr))}
.grid2>section,.grid3>section{margin:0}
.grid3>section{padding:clamp(16px,2vw,22px)}
@media (min-width:1080px){.grid3 .note:first-of-type{min-height:6.3em}}

.chart{display:block;width:100%;overflow:visible}
.small{display:block;width:100%;max-width:230px;overflow:visible}
.multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(46%,190px),1fr));gap:18px}
.multiples figure{margin:0}
figcaption{font-size:.9rem;line-height:1.3;margin-bottom:6px}
figcaption small{color:var(--soft);display:block}
svg text{fill:var(--ink);font-size:12.5px}
svg .tick,svg .axis{fill:var(--soft);font-size:11.5px}
.small text{font-size:10px!important}
.chart .name{font-weight:560}.chart .value{font-weight:680}
.halo{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
.grid{stroke:var(--grid)}.gutter{stroke:var(--soft);stroke-dasharray:1 4}
.whisker{stroke:var(--soft);stroke-opacity:.55;stroke-width:1.5}
.front{stroke:var(--accent);stroke-width:1.5;stroke-dasharray:4 4;fill:none}
.range{stroke:var(--c);stroke-width:9;stroke-linecap:round;stroke-opacity:.3}
.trace{stroke:var(--c);stroke-width:1.5;stroke-opacity:.6;fill:none}
.spot{overflow:visible}.mark{fill:var(--c);stroke:var(--card);stroke-width:1.5}
${colours}
.icon{width:15px;height:15px;flex:none;overflow:visible}
table{border-collapse:collapse;width:100%;font-size:.94rem}
th,td{text-align:right;padding:9px 10px;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}
th:first-child,td:first-child{text-align:left;padding-left:0}
th:last-child,td:last-child{padding-right:0}
thead th{white-space:nowrap;color:var(--soft);font-size:.82rem;vertical-align:bottom}
tbody tr:last-child>*{border-bottom:0}
td strong{font-weight:660;white-space:nowrap}
.cards td,.heat td{overflow-wrap:normal}.cards td:not(:last-child),.cards.numbers td,.cards td:not(:last-child) small{white-space:nowrap}.cards td:last-child small{overflow-wrap:anywhere}
td small,th small{display:block;color:var(--soft);font-size:.82rem;line-height:1.35}
.mode{display:flex;gap:9px}.mode .icon{margin-top:4px}.mode b{font-weight:640}
.best>*{background:rgba(var(--tint),.07)}
.best>:first-child{box-shadow:-10px 0 0 rgba(var(--tint),.07)}.best>:last-child{box-shadow:10px 0 0 rgba(var(--tint),.07)}
.badge{display:inline-block;font-size:.75rem;font-weight:600;color:var(--accent);border:1px solid currentColor;border-radius:99px;padding:0 8px;margin-left:4px;white-space:nowrap}
.cards td:last-child{text-align:left;padding-left:18px;min-width:8.5em;max-width:22em}
.cards thead th:last-child{text-align:left;padding-left:18px}
.cards.numbers td:last-child,.cards.numbers thead th:last-child{text-align:right}
.status{font-weight:600}.status.ok{color:var(--good)}.status.partial,.status.cancelled{color:var(--warn)}.status.failed{color:var(--bad)}
.status::before{content:"● ";font-size:.7em;vertical-align:.15em}.status.partial::before{content:"◐ "}.status.failed::before{content:"✕ "}.status.cancelled::before{content:"○ "}
.scroll{position:relative;overflow-x:auto;margin:0 -4px;padding:0 4px;border-radius:8px}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.heat,.matrix{width:auto;min-width:min(100%,560px);border-collapse:separate;border-spacing:0}
.heat td,.matrix td,.heat thead th,.matrix thead th{text-align:center;white-space:nowrap;padding:8px 12px}
.heat tbody th,.matrix tbody th{position:sticky;left:0;background:var(--card);padding-right:14px;min-width:6.5em;max-width:11em;overflow-wrap:break-word;z-index:1}
.heat th:first-child,.matrix td:first-child{text-align:left;padding-left:0}
.tilt{display:inline-flex;gap:6px;align-items:center;max-width:11em;white-space:normal;text-align:left;line-height:1.2;min-width:6.5em;overflow-wrap:break-word}
.matrix b{font-weight:620}.matrix .better b,.key .better{color:var(--good)}.matrix .worse b,.key .worse{color:var(--bad)}
.matrix .self{background:repeating-linear-gradient(135deg,transparent 0 5px,var(--grid) 5px 6px)}
.key{display:flex;flex-wrap:wrap;gap:2px 20px;font-size:.85rem;margin:.8rem 0 0;color:var(--soft)}
${heat}
details{border-top:1px solid var(--line);padding:10px 0}
summary{cursor:pointer;display:flex;gap:9px;align-items:center;list-style:none;border-radius:6px}
summary::-webkit-details-marker{display:none}
summary::after{content:"+";margin-left:auto;color:var(--soft);font-size:1.2rem;line-height:1}
details[open]>summary::after{content:"−"}
summary b{font-weight:600}
.plain thead th{white-space:normal;overflow-wrap:normal}.plain{margin-top:6px;font-size:.9rem}.plain th,.plain td{padding:6px 8px}.plain td:nth-child(-n+2){overflow-wrap:anywhere}.plain td:nth-last-child(-n+2){white-space:nowrap}
.plain td:nth-child(2):not(:last-child):not(:nth-last-child(2)),.plain th:nth-child(2):not(:nth-last-child(2)){text-align:left}
.warning{border-left:3px solid var(--warn);padding-left:12px;margin:.5rem 0}
footer{color:var(--soft);font-size:.85rem;padding-bottom:48px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:940px){
.verdict{grid-template-columns:1fr}
.cards,.cards tbody,.cards tr,.cards th,.cards td{display:block}
.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.cards tbody tr{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:10px 12px;padding:16px 0;border-bottom:1px solid var(--line)}
.cards tbody tr:last-child{border-bottom:0;padding-bottom:0}
.cards tbody th{grid-column:1/-1}
.cards th,.cards td,.cards td:last-child,.cards.numbers td:last-child{border:0;padding:0;text-align:left;min-width:0;max-width:none}
.cards td::before{content:attr(data-head);display:block;white-space:normal;line-height:1.25;color:var(--soft);font-size:.8rem}
.cards:not(.numbers) td:last-child{grid-column:1/-1}
.off td:not(:last-child){display:none!important}
.best>*,.best>:first-child,.best>:last-child{background:none;box-shadow:none}
}
@media print{body{background:#fff}section,.verdict{break-inside:avoid}}`;
