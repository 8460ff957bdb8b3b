// The page is whole without this: it adds the visitor's clock, counts down and stays fresh.
(() => {
'use strict';
const doc = document, root = doc.documentElement, $ = (q, of = doc) => [...of.querySelectorAll(q)];
const system = matchMedia('(prefers-color-scheme: dark)');
try { if (localStorage.theme) root.dataset.theme = localStorage.theme; } catch { /* forbidden: follow the system */ }
const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : system.matches;
const span = (name, text) => Object.assign(doc.createElement('span'), {className: name, textContent: text});

// The attribute carries the offset of the page's zone: equal wall clocks need no second time.
const localise = of => $('time.at', of).forEach(el => {
  const at = new Date(el.dateTime), here = new Date(at - at.getTimezoneOffset() * 6e4).toISOString();
  const differs = end => here.slice(0, end) !== el.dateTime.slice(0, end);
  if (!differs(16)) return;
  el.after(span('local', ` (${new Intl.DateTimeFormat('en', {hourCycle: 'h23', hour: '2-digit', minute: '2-digit',
    timeZoneName: 'short', ...differs(10) && {month: 'short', day: 'numeric'}}).format(at)})`));
});

let skew = 0;
const write = (el, text) => { if (el.textContent !== text) el.textContent = text; };
const length = m => m < 60 ? m + ' min' : m < 2880 ? Math.floor(m / 60) + ' h' + (m % 60 ? ` ${m % 60} min` : '') : Math.floor(m / 1440) + ' days';
const tick = () => $('.promise').forEach(el => {
  const left = (Date.parse(el.querySelector('time').dateTime) - Date.now() - skew) / 6e4;
  el.wasLate ??= el.classList.contains('late');
  const late = el.wasLate || left < 0;
  el.classList.toggle('late', late);
  write(el.firstElementChild, late ? 'Update was due' : 'Next update by');
  write(el.querySelector('.rel') || el.appendChild(span('rel', '')),
    ' · ' + (!late ? 'in ' + length(Math.ceil(left) || 1) : left > -1 ? 'just now' : length(Math.floor(-left)) + ' ago'));
});

// Only sections whose source changed are replaced; folds and focus stay.
const folded = {};
doc.addEventListener('toggle', ({target}) => { folded[target.id] = !target.open; }, true);
const parts = of => $('main > section, main section > section, article > section', of);
const sources = [];
const handle = el => el.id ? '#' + CSS.escape(el.id) : el.matches('summary') ? handle(el.parentNode) + '>summary'
  : `[href="${CSS.escape(el.getAttribute('href'))}"]`;
const swap = fresh => {
  const now = parts(doc), next = parts(fresh);
  if (now.length !== next.length) return location.reload();
  const changed = next.filter((el, i) => {
    const source = el.outerHTML, old = now[i], focus = doc.activeElement;
    if (source === sources[i]) return false;
    sources[i] = source;
    $('details', el).forEach(d => {
      const was = doc.getElementById(d.id);
      if (was) d.open = was.open || d.open && !folded[d.id];
    });
    const mark = old.contains(focus) && handle(focus);
    localise(el);
    old.replaceWith(el);
    if (mark) el.querySelector(mark)?.focus({preventScroll: true});
    return true;
  });
  if (!changed.length) return;
  tick();
  doc.title = fresh.title;
  const icon = of => of.querySelector('link[rel=icon]');
  icon(doc).href = icon(fresh).href;
  doc.getElementById('say').textContent = ['Page updated', ...['h1', '.open h2', '.promise', '.label']
    .flatMap(q => $('main ' + q).slice(0, 1)).map(el => el.textContent.trim())].join('. ');
};

let last = Date.now(), tag;
const refresh = async () => {
  last = Date.now();
  try {
    const got = await fetch(location.pathname, {cache: 'no-cache'}), head = name => got.headers.get(name);
    if (!got.ok) return;
    const off = Date.parse(head('date')) + 1e3 * head('age') - Date.now();
    skew = Math.abs(off) > 3e4 ? off : 0;
    if (head('etag') && head('etag') === tag) return;
    tag = head('etag');
    swap(new DOMParser().parseFromString(await got.text(), 'text/html'));
  } catch { /* offline */ }
};
const plan = () => setTimeout(async () => { if (!doc.hidden) await refresh(); plan(); }, 3e4 + Math.random() * 3e4);

addEventListener('DOMContentLoaded', () => {
  const live = doc.querySelector('main[data-live]');
  parts(doc).forEach(el => sources.push(el.outerHTML));
  localise(doc);
  tick();
  setInterval(tick, 1e3);
  const button = doc.getElementById('theme'), press = () => button.setAttribute('aria-pressed', isDark());
  button.hidden = false;
  press();
  system.onchange = press;
  button.onclick = () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try { localStorage.theme = root.dataset.theme; } catch { /* it holds for this page */ }
    press();
  };
  if (!live) return;
  if ($('.promise.late').some(el => !el.wasLate)) refresh(); // or is it this clock that is wrong?
  plan();
  doc.addEventListener('visibilitychange', () => { if (!doc.hidden && Date.now() - last > 3e4) refresh(); });
});
addEventListener('beforeprint', () => $('details').forEach(el => { el.open = true; }));
})();
