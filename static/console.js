// The console works without this but for what is live: clocks, saving by itself, keys, confirmation in place.
(() => {
'use strict';
const doc = document, root = doc.documentElement, all = (q, of = doc) => [...of.querySelectorAll(q)];
const byId = id => doc.getElementById(id);

// Light or dark: what was chosen on the public page holds here too.
const system = matchMedia('(prefers-color-scheme: dark)');
try { if (localStorage.theme) root.dataset.theme = localStorage.theme; } catch { /* forbidden: follow the system */ }
const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : system.matches;
const theme = byId('theme');
if (theme) {
  const press = () => theme.setAttribute('aria-pressed', isDark());
  theme.hidden = false;
  press();
  theme.onclick = () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try { localStorage.theme = root.dataset.theme; } catch { /* it holds for this page */ }
    press();
  };
}

// The server's clock counts, not this machine's. A drill's runs faster, and stands still while it is paused.
const clocks = new WeakMap();
const setClock = (el, at, speed) => clocks.set(el, {at: Date.parse(at || '') || Date.now(), speed: +(speed ?? 1), since: Date.now()});
const now = (of = doc.body) => {
  const el = of.closest('[data-now]') || doc.body;
  if (!clocks.has(el)) setClock(el, el.dataset.now, el.dataset.speed);
  const {at, speed, since} = clocks.get(el);
  return at + (Date.now() - since) * speed;
};
doc.addEventListener('htmx:afterRequest', ({detail}) => {
  const [at, speed] = (detail.xhr.getResponseHeader('X-Clock') || '').split(' ');
  if (at) setClock(doc.body, at, speed);
});
const length = m => m < 60 ? m + ' min' : m < 2880 ? Math.floor(m / 60) + ' h' + (m % 60 ? ` ${m % 60} min` : '') : Math.floor(m / 1440) + ' days';
const write = (el, text) => { if (el.textContent !== text) el.textContent = text; };
const countDown = el => {
  const left = (Date.parse(el.dataset.due) - now(el)) / 6e4;
  const tone = left < 0 ? 'red' : left <= 10 ? 'warm' : 'easy';
  const words = left < 0 ? (left > -1 ? 'just now' : length(Math.floor(-left)) + ' ago') : left < 1 ? 'under a minute' : 'in ' + length(Math.floor(left));
  write(el, left < 0 ? 'due ' + words : words);
  for (const each of [el, el.closest('.toned')]) {
    if (each && !each.classList.contains(tone)) {
      each.classList.remove('easy', 'warm', 'red');
      each.classList.add(tone);
      if (tone !== 'easy' && each === el && el.dataset.said !== tone && byId('say')) {
        byId('say').textContent = (el.dataset.what || 'A notice') + ': ' + (tone === 'red' ? 'overdue' : 'due in ten minutes');
        el.dataset.said = tone;
      }
    }
  }
};
// A promise in so many minutes: the clock time it means, were it given now. The page's zone comes with the page.
const clockTime = minutes => {
  const zone = doc.body.dataset.zone || 'UTC', at = new Date(Math.floor(now() / 6e4) * 6e4 + minutes * 6e4);
  return new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone}).format(at);
};
const tick = () => {
  all('.countdown[data-due]').forEach(countDown);
  all('[data-clock]').forEach(el => write(el, clockTime(0)));
  all('[data-in-minutes]').forEach(el => write(el, clockTime(+el.dataset.inMinutes)));
  all('[data-until]').forEach(el => { el.hidden = now() < Date.parse(el.dataset.until); });
};
tick();
setInterval(tick, 1000);

// Every request carries the token; one renewed in another window is fetched and the request sent again.
const csrf = () => doc.querySelector('meta[name=csrf]')?.content;
doc.addEventListener('htmx:configRequest', ({detail}) => {
  detail.headers['X-CSRFToken'] = csrf();
  // A part that looks for news says what it shows, and is sent nothing when that is still so.
  if (detail.elt.dataset.seen) detail.parameters.seen = detail.elt.dataset.seen;
});
const renew = async () => {
  const got = await fetch('/console/csrf', {headers: {Accept: 'application/json'}, redirect: 'manual'});
  if (!got.ok) return false;
  const {token} = await got.json();
  doc.querySelector('meta[name=csrf]').content = token;
  all('input[name=csrf_token]').forEach(el => { el.value = token; });
  return true;
};
const show = (id, is) => { const el = byId(id); if (el) el.hidden = !is; };
doc.addEventListener('htmx:responseError', async event => {
  const status = event.detail.xhr.status;
  if (status !== 401 && status !== 400) return;
  const isIn = await renew().catch(() => false);
  show('signed-out', !isIn);
  const form = event.detail.elt;
  if (!isIn || status !== 400 || !form.matches('form')) return;
  // Nothing was done with the old token, so that sending it once more is safe.
  if (form.dataset.sentAgain) { htmx.trigger(form, 'save'); return; }
  form.dataset.sentAgain = 'yes';
  form.requestSubmit(event.detail.requestConfig?.triggeringEvent?.submitter || null);
});
doc.addEventListener('htmx:sendError', () => show('unreachable', true));
doc.addEventListener('htmx:afterRequest', event => {
  if (!event.detail.successful) return;
  show('unreachable', false);
  delete event.detail.elt.dataset.sentAgain;
  if (isSignedOut()) backAgain(); // the window has an old token still
});
// Signed in again in another window: this one has the old token.
const isSignedOut = () => byId('signed-out') && !byId('signed-out').hidden;
const backAgain = () => renew().then(isIn => show('signed-out', !isIn)).catch(() => {});
addEventListener('focus', () => { if (isSignedOut()) backAgain(); });

// Confirmation in place: the answer to “Publish…” opens as a dialog, and what it says is read out.
const ask = byId('ask');
doc.addEventListener('htmx:afterSwap', event => {
  tick();
  if (event.detail.target === ask && ask.firstElementChild && !ask.open) ask.showModal();
  if (event.detail.target !== ask) return;
  ask.querySelector('[autofocus]')?.focus();
});
doc.addEventListener('htmx:beforeSwap', event => {
  const seen = event.detail.xhr.getResponseHeader('X-Seen');
  if (seen) event.detail.elt.dataset.seen = seen;
  // A refusal belongs into the form, not into the dialog.
  if (event.detail.xhr.status === 422 || event.detail.xhr.status === 409) ask?.close();
});
doc.addEventListener('click', event => {
  if (event.target.closest('[data-close]')) { event.preventDefault(); event.target.closest('dialog')?.close(); }
  const menu = doc.querySelector('details.menu[open]');
  if (menu && !menu.contains(event.target)) menu.open = false;
});
doc.addEventListener('keydown', event => {
  if (event.key === 'Escape') all('details.menu[open]').forEach(el => { el.open = false; el.querySelector('summary').focus(); });
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest('form[data-ctrl-enter]'), dialog = event.target.closest('dialog');
    const button = dialog ? dialog.querySelector('button.strong') : form && form.querySelector('button.strong');
    if (button) { event.preventDefault(); button.click(); }
  }
});
// After a refusal: the first field that needs an eye.
const toRefusal = () => {
  const wrong = doc.querySelector('[aria-invalid=true]');
  // A group can't have the focus; what stands in it can.
  const first = wrong?.matches('fieldset') ? all('input,select,textarea', wrong).find(el => el.checkVisibility()) : wrong;
  (first || byId('refused'))?.focus();
};
addEventListener('DOMContentLoaded', toRefusal);
doc.addEventListener('htmx:afterSettle', event => { if (/^4/.test(event.detail.xhr?.status)) toRefusal(); });

// A text from a template goes where nothing was written yet; else it is offered, never forced.
doc.addEventListener('change', event => {
  const choice = event.target.closest('[data-fills]');
  if (!choice) return;
  const source = choice.matches('select') ? choice.selectedOptions[0] : choice;
  if (source && source.dataset.body !== undefined) fill(choice.dataset.fills, source.dataset, choice.matches('select'));
});
const fill = (prefix, data, isAsked) => {
  for (const [name, text] of [['body', data.body], ['name', data.title]]) {
    const field = byId(prefix + name);
    if (!field || !text) continue;
    if (!field.value.trim() || field.value === field.dataset.filled) field.value = text;
    else if (name === 'body' && isAsked) field.value = field.value.trimEnd() + '\n\n' + text;
    else continue;
    field.dataset.filled = field.value;
    field.dispatchEvent(new Event('input', {bubbles: true}));
  }
  const status = data.status && doc.querySelector(`input[name=status][value=${CSS.escape(data.status)}]`);
  if (status) status.checked = true;
  const alarm = isAsked && doc.querySelector('input[name=false_alarm]');
  if (alarm) alarm.checked = data.falseAlarm !== undefined;
  // What a template suggests for components goes where nobody has chosen anything; what another suggested goes.
  if (data.states) all('select[data-suggested]').forEach(el => { if (el.value === el.dataset.suggested) el.value = ''; delete el.dataset.suggested; });
  for (const [name, state] of Object.entries(JSON.parse(data.states || '{}'))) {
    const field = doc.querySelector(`select[name=${CSS.escape(name)}]`);
    if (field && !field.value) { field.value = field.dataset.suggested = state; field.dispatchEvent(new Event('input', {bubbles: true})); }
  }
};
// A text that the product offers and that stands there unchanged, in a draft too, counts as filled in by it.
const knowOwn = () => [['c-body', 'body'], ['c-name', 'title']].forEach(([id, name]) => {
  const field = byId(id);
  if (field?.value && all('[data-body]').some(el => el.dataset[name] === field.value)) field.dataset.filled = field.value;
});
knowOwn();
doc.addEventListener('htmx:afterSettle', knowOwn);
// Whoever types a clock time promises it.
doc.addEventListener('input', event => {
  const choice = event.target.name === 'next_update_by' && event.target.value && event.target.closest('.chip')?.querySelector('input[type=radio]');
  if (choice) choice.checked = true;
});
})();
