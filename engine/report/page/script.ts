// What the page does by itself: tells of the block under the pointer or the keyboard, filters and opens tasks. Without
// it everything can still be read. It stands in the page as text, so it uses nothing but the document.

export const script = `
'use strict';
const chart = document.querySelector('.chart');
const detail = document.querySelector('.detail');
let current;
const seconds = (ms) => ms < 1000 ? Math.round(ms) + ' ms' : ms < 60000 ? (ms / 1000).toFixed(ms < 10000 ? 2 : 1) + ' s'
  : Math.floor(ms / 60000) + ' min ' + Math.floor(ms % 60000 / 1000) + ' s';
const words = { o: 'ok', c: 'changed', s: 'skipped', f: 'failed', r: 'unreachable', u: 'unknown' };
function tell(rect) {
  if (current) current.classList.remove('at');
  current = rect;
  const word = words[rect.classList.item(0)];
  rect.classList.add('at');
  const scale = Number(chart.dataset.duration) / 10000;
  const entry = document.getElementById('t' + rect.dataset.t);
  const name = document.createElement('b');
  name.textContent = entry ? entry.querySelector('.name').textContent : 'A task';
  const many = Number(rect.dataset.n || 1);
  detail.replaceChildren(rect.parentNode.dataset.host + ' · ', name,
    (many > 1 ? ' and ' + (many - 1) + ' more' : '') + ' · ' + word + ' · ' +
    seconds(rect.getAttribute('width') * scale) + ', from ' + seconds(rect.getAttribute('x') * scale));
}
function show(entry) {
  for (let at = entry; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
  if (getComputedStyle(entry).display === 'none') choose('all');
  entry.scrollIntoView({ block: 'center' });
  entry.querySelector('summary').focus({ preventScroll: true });
}
function choose(value) {
  const section = document.getElementById('tasks');
  section.classList.toggle('show-changed', value === 'changed');
  section.classList.toggle('show-bad', value === 'bad');
  for (const input of section.querySelectorAll('input')) input.checked = input.value === value;
  if (value !== 'all') for (const play of section.querySelectorAll('.play')) play.open = true;
}
function goTo(rect) {
  const entry = document.getElementById('t' + rect.dataset.t);
  if (entry) show(entry);
}
if (chart) {
  chart.addEventListener('pointerover', (event) => { if (event.target.tagName === 'rect') tell(event.target); });
  chart.addEventListener('click', (event) => {
    if (event.target.tagName !== 'rect') return;
    tell(event.target);
    if (matchMedia('(hover: hover)').matches) goTo(event.target);
  });
  chart.addEventListener('keydown', (event) => {
    const lane = event.target.closest('.lane');
    if (!lane) return;
    const rects = [...lane.children];
    const at = rects.indexOf(current);
    const next = { ArrowRight: at + 1, ArrowLeft: at < 0 ? 0 : at - 1, Home: 0, End: rects.length - 1 }[event.key];
    if (next !== undefined && rects[next]) tell(rects[next]);
    else if (event.key === 'Enter' && at >= 0) goTo(current);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const lanes = [...chart.querySelectorAll('.lane')];
      const other = lanes[lanes.indexOf(lane) + (event.key === 'ArrowDown' ? 1 : -1)];
      if (other) other.focus();
    } else return;
    event.preventDefault();
  });
}
const filter = document.querySelector('.filter');
filter.hidden = false;
filter.addEventListener('change', (event) => choose(event.target.value));
filter.addEventListener('click', (event) => {
  const open = event.target.dataset.open;
  if (open !== undefined) for (const one of document.querySelectorAll('#tasks details')) one.open = open === '1';
});
function follow() {
  const entry = /^#t\\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (entry) show(entry);
}
addEventListener('hashchange', follow);
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#t"]');
  if (link && link.hash === location.hash) follow();
});
follow();
`;
