// The page's look: quiet, one column, light or dark as the reader's system is.

export const style = `
:root{color-scheme:light dark;--paper:#fbfaf7;--raised:#fff;--ink:#24292b;--soft:#6a7174;--line:#e4e1da;--accent:#2f6f73;
--ok:#7fb2a3;--changed:#d9a441;--failed:#c8503f;--unreachable:#8c2f3f;--unknown:#8f7bb8;--skipped:#d5d3cc;
--ok-ink:#2c6657;--changed-ink:#835a08;--failed-ink:#a83424;--unreachable-ink:#8c2f3f;--unknown-ink:#6a529c;--skipped-ink:#6a7174}
@media(prefers-color-scheme:dark){:root{--paper:#16191b;--raised:#1d2123;--ink:#dfe2e1;--soft:#969d9e;--line:#2d3234;--accent:#7fbfbb;
--ok:#4d8474;--changed:#c7933a;--failed:#d0604f;--unreachable:#b0485c;--unknown:#8a74bd;--skipped:#3b4143;
--ok-ink:#8cc4b3;--changed-ink:#e2b862;--failed-ink:#f08d7d;--unreachable-ink:#ea8799;--unknown-ink:#b9a5e2;--skipped-ink:#969d9e}}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0 auto;max-width:70rem;padding:2.5rem 1.5rem 4rem;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
pre,code,.place{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.8125rem}
h1{font-size:1.9rem;line-height:1.2;font-weight:600;letter-spacing:-.015em;margin:.15rem 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.05rem;font-weight:600;margin:0 0 .8rem}
h3{font-size:.8125rem;font-weight:500;color:var(--soft);margin:0 0 .45rem;overflow-wrap:anywhere}
section{margin-top:2.75rem}
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.2em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
.when{color:var(--soft);margin:0}
.verdict{display:inline-block;margin:0;padding:.2rem .75rem;border-radius:1rem;font-weight:500;border:1px solid currentColor}
.good{color:var(--ok-ink)}.bad{color:var(--failed-ink)}.doubt{color:var(--unknown-ink)}
.figures{display:flex;flex-wrap:wrap;gap:.75rem 2.25rem;margin:1.4rem 0 1.2rem}
.figures div{display:flex;flex-direction:column-reverse}
.figures dd{margin:0;font-size:1.35rem;font-weight:500;letter-spacing:-.01em}
.figures dt{color:var(--soft);font-size:.8125rem}
pre{margin:.4rem 0;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5}
.command{padding:.65rem .9rem;background:var(--raised);border:1px solid var(--line);border-radius:6px}
.note,.why,.place,small,.of{color:var(--soft)}
.note{font-size:.875rem}.why{margin:.15rem 0;font-size:.875rem}
.place{margin:.3rem 0;overflow-wrap:anywhere}
.word{font-weight:500}
.ok.word,td.ok,.counts .ok{color:var(--ok-ink)}.changed.word,td.changed,.counts .changed{color:var(--changed-ink)}
.failed.word,td.failed,.counts .failed{color:var(--failed-ink)}.unreachable.word,td.unreachable,.counts .unreachable{color:var(--unreachable-ink)}
.unknown.word,td.unknown,.counts .unknown{color:var(--unknown-ink)}.skipped.word,td.skipped,.counts .skipped{color:var(--skipped-ink)}
.dot{display:inline-block;width:.62rem;height:.62rem;border-radius:50%;flex:none}
.dot.ok{background:var(--ok)}.dot.changed{background:var(--changed)}.dot.failed{background:var(--failed)}
.dot.unreachable{background:var(--unreachable)}.dot.unknown{background:var(--unknown)}.dot.skipped{background:var(--skipped)}
.attention{list-style:none;margin:0;padding:0}
.attention li{padding:.7rem .9rem;margin-bottom:.6rem;background:var(--raised);border:1px solid var(--line);border-left:3px solid var(--unknown);border-radius:4px}
.attention .failed{border-left-color:var(--failed)}.attention .unreachable{border-left-color:var(--unreachable)}
.attention .failed .word{color:var(--failed-ink)}.attention .unreachable .word{color:var(--unreachable-ink)}.attention .unknown .word{color:var(--unknown-ink)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{padding:.4rem .7rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap;font-weight:400}
thead th{color:var(--soft);font-size:.8125rem}
th:first-child{text-align:left;padding-left:0;position:sticky;left:0;background:var(--paper)}
tbody th{font-weight:500}td:last-child,th:last-child{padding-right:0}td.none{color:var(--soft);opacity:.55}
.groups{display:flex;flex-wrap:wrap;gap:.75rem}
.group{background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:.7rem .9rem}
.group ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem}
.group li{display:flex;align-items:center;gap:.45rem;font-size:.9375rem}.group b{font-weight:500}.group li span{color:var(--soft);font-size:.8125rem}
.legend{margin:0 0 .7rem;font-size:.8125rem;color:var(--soft);display:flex;flex-wrap:wrap;gap:.3rem 1.1rem}
.legend span{display:inline-flex;align-items:center;gap:.4rem}
.lanes{display:grid;grid-template-columns:minmax(4rem,max-content) minmax(30rem,1fr);gap:5px .9rem;align-items:center;padding:0 1.2rem 2px 3px}
.label{font-size:.875rem;position:sticky;left:0;background:var(--paper);padding-right:.3rem;z-index:1;max-width:14rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.lane{width:100%;height:20px;background:var(--raised);box-shadow:0 0 0 1px var(--line);border-radius:2px;display:block}
.lane rect{stroke:var(--raised);stroke-width:.7px;vector-effect:non-scaling-stroke;cursor:pointer}
.lane rect:hover,.lane rect.at{filter:brightness(.82) saturate(1.3)}
@media(prefers-color-scheme:dark){.lane rect:hover,.lane rect.at{filter:brightness(1.35)}}
.o{fill:var(--ok)}.c{fill:var(--changed)}.f{fill:var(--failed)}.r{fill:var(--unreachable)}.u{fill:var(--unknown)}.s{fill:var(--skipped)}
.bands{position:relative;height:1.5rem;font-size:.75rem;color:var(--soft)}
.bands span{position:absolute;top:0;bottom:0;padding:.15rem .35rem 0;border-left:1px solid var(--line);overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
.axis{position:relative;height:1.3rem;font-size:.75rem;color:var(--soft)}
.axis span{position:absolute;transform:translateX(-50%);white-space:nowrap}.axis span:first-child{transform:none}
.detail{min-height:1.6rem;margin:.6rem 0 0;font-size:.9375rem;color:var(--soft)}.detail b{color:var(--ink);font-weight:500}
.bars{max-width:46rem;display:grid;grid-template-columns:max-content 1fr max-content;gap:.35rem .9rem;align-items:center;font-size:.9375rem}
.bars b{font-weight:400;overflow-wrap:anywhere}.bars span{height:.55rem}.bars i{display:block;height:100%;min-width:2px;background:var(--accent);opacity:.6;border-radius:2px}
.bars em,summary em{font-style:normal;color:var(--soft);font-size:.875rem;text-align:right;white-space:nowrap}
.filter{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;font-size:.9375rem;margin:0 0 .8rem}.filter[hidden]{display:none}
.filter label{padding:.25rem 0}input{accent-color:var(--accent)}
button{font:inherit;font-size:.875rem;color:inherit;background:var(--raised);border:1px solid var(--line);border-radius:5px;padding:.25rem .7rem;cursor:pointer}
summary{cursor:pointer;list-style:none;display:flex;align-items:baseline;gap:.3rem .7rem;padding:.5rem 0}
summary::-webkit-details-marker{display:none}summary em{margin-left:auto}
.play{border-top:1px solid var(--line)}.play:last-of-type{border-bottom:1px solid var(--line)}
.play>summary{flex-wrap:wrap}
.play>summary:before{content:"";width:.45rem;height:.45rem;border:solid var(--soft);border-width:0 1.5px 1.5px 0;transform:rotate(-45deg) translateY(-.15rem);flex:none}
.play[open]>summary:before{transform:rotate(45deg) translate(-.1rem,-.15rem)}
.play>summary b{font-weight:500}.of{font-size:.875rem}
.play>.place{margin-left:1.2rem}.play[open]{padding-bottom:.7rem}
.task{margin-left:1.2rem;border-top:1px solid var(--line)}
.task summary{padding:.38rem 0;font-size:.9375rem}
.task .name{overflow-wrap:anywhere}.task .role{color:var(--soft)}
.counts{font-size:.8125rem;margin-left:auto;text-align:right;white-space:nowrap}.counts+em{margin-left:0;min-width:4.2rem}
.task>:not(summary){margin-left:1.35rem}.task[open]{padding-bottom:.6rem}
.hosts{font-size:.875rem;display:flex;flex-wrap:wrap;gap:.1rem .9rem;margin:.3rem 0}.hosts .why{flex-basis:100%}
.result{font-size:.9375rem;margin:.5rem 0}.result p{margin:.15rem 0}
.items{list-style:none;margin:.2rem 0;padding:0}.items li{margin:.1rem 0;overflow-wrap:anywhere}
pre{max-height:26rem;overflow:auto}pre.diff{padding:.55rem .8rem;background:var(--raised);border:1px solid var(--line);border-radius:6px;white-space:pre;overflow:auto;max-height:26rem}
.diff ins{color:var(--ok-ink);text-decoration:none}.diff del{color:var(--failed-ink);text-decoration:none}.diff i{color:var(--soft);font-style:normal}
.show-changed .task:not(.has-change),.show-bad .task:not(.is-failed):not(.is-unreachable){display:none}
.show-changed .play:not(:has(.has-change)),.show-bad .play:not(:has(.is-failed)):not(:has(.is-unreachable)){display:none}
footer{margin-top:3rem;color:var(--soft);font-size:.875rem}
@media(max-width:40rem){body{padding:1.5rem 1rem 3rem;font-size:15px}h1{font-size:1.5rem}.figures{gap:.7rem 1.6rem}.figures dd{font-size:1.15rem}
section{margin-top:2.2rem}.task,.play>.place{margin-left:0}.task summary{flex-wrap:wrap}.task .name{flex:1 1 70%}.counts{margin-left:1.3rem}.counts+em{margin-left:auto;min-width:0}
.lanes{grid-template-columns:max-content 34rem}.label{max-width:8rem}th,td{padding:.45rem .55rem}summary{padding:.65rem 0}}
@media print{body{max-width:none;padding:0}.filter,.detail{display:none}}
`;
