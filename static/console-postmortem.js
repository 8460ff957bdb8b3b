// The postmortem's editor: puts what a save brings back into the fields, and never over what was typed meanwhile.
(() => {
'use strict';
const doc = document, byId = id => doc.getElementById(id), all = (q, of = doc) => [...of.querySelectorAll(q)];
const form = byId('postmortem'), box = byId('checklist-box');
if (box && matchMedia('(max-width:900px)').matches) box.open = false;
if (!form) return;

// What stands in a part, without what only carries it.
const standing = part => JSON.stringify(all(`[data-part="${part}"] :is(input,textarea,select)[name]`, form)
  .filter(el => !/^(base|ancestor)-/.test(el.name))
  .map(el => [el.name, /checkbox|radio/.test(el.type) ? el.checked && el.value : el.value]));
const parts = () => all('[data-part]', form).map(el => el.dataset.part);
const rowsOf = {'rows-timeline': 'timeline', 'rows-action_items': 'action_items', 'rows-final_by': 'final_by'};
const read = () => new Map(parts().map(part => [part, standing(part)]));
let kept = read(), sent = kept, sentTexts = {};
const isTouched = part => sent.get(part) !== standing(part);
const isDirty = () => parts().some(part => kept.get(part) !== standing(part));

doc.addEventListener('htmx:beforeRequest', ({detail}) => {
  if (detail.elt !== form) return;
  sent = read();
  sentTexts = Object.fromEntries(all('textarea[name^=text-]', form).map(el => [el.name.slice(5), el.value]));
});
// Rows that somebody has gone on changing since they were sent are not drawn anew.
doc.addEventListener('htmx:oobBeforeSwap', event => {
  const part = rowsOf[event.detail.target.id];
  if (part && isTouched(part)) event.detail.shouldSwap = false;
});
doc.addEventListener('htmx:afterRequest', ({detail}) => {
  if (detail.elt !== form || !detail.successful) return;
  const news = JSON.parse(byId('news')?.dataset.news || '{}');
  if (news.bases) takeIn(news);
});

const hiddenField = (name, value, part) => {
  let el = form.elements[name];
  if (value === undefined) { el?.remove(); return; }
  if (!el) {
    el = Object.assign(doc.createElement('input'), {type: 'hidden', name});
    byId('part-' + part).append(el);
  }
  el.value = value;
};
const replaceText = (el, text) => {
  let start = 0;
  while (start < text.length && text[start] === el.value[start]) start++;
  const caret = el.selectionStart, shift = text.length - el.value.length, isHere = doc.activeElement === el;
  el.value = text;
  const at = caret <= start ? caret : Math.max(start, caret + shift);
  if (isHere) el.setSelectionRange(at, at);
};
const takeIn = news => {
  let again = false;
  for (const [part, base] of Object.entries(news.bases)) {
    const touched = isTouched(part), text = news.texts[part];
    if (news.changed.includes(part) && touched) { again = true; continue; }
    hiddenField('base-' + part, base, part);
    if (text === undefined) continue;
    if (touched) {
      // What stands here came from the text that was sent, which is no revision: the next save needs it.
      hiddenField('ancestor-' + part, sentTexts[part], part);
      again = true;
    } else {
      hiddenField('ancestor-' + part, undefined, part);
      replaceText(byId('text-' + part), text);
    }
  }
  refuse(news.errors, news.conflicts);
  kept = new Map(parts().map(part => [part, isTouched(part) && text(news, part) === undefined ? sent.get(part) : standing(part)]));
  all('details.preview[open] [data-preview]', form).forEach(el => htmx.trigger(el, 'look'));
  const goOn = news.focus && byId(news.focus);
  if (goOn) { goOn.focus(); goOn.scrollIntoView({block: 'nearest'}); }
  if (again) htmx.trigger(form, 'save');
};
const text = (news, part) => news.texts[part];
// Each refusal stands beside its field.
const refuse = (errors, conflicts) => {
  all('[data-slot]', form).forEach(slot => {
    const name = slot.id.slice(2), said = errors[name], field = byId(name);
    slot.hidden = !said;
    slot.textContent = said ? said[0] : '';
    const isWrong = said || conflicts.includes(name);
    if (field?.matches('input,textarea,select')) isWrong ? field.setAttribute('aria-invalid', 'true') : field.removeAttribute('aria-invalid');
    const folds = byId(name + '-folds');
    if (folds && said && said[1] === 'ambiguous_time') folds.hidden = false;
  });
};

// What is refused as a whole is said where it is said that all is saved.
doc.addEventListener('htmx:responseError', ({detail}) => {
  if (detail.elt !== form || [400, 401].includes(detail.xhr.status)) return;
  byId('saved').textContent = 'Not saved. ' + detail.xhr.responseText.slice(0, 300);
});
form.addEventListener('input', () => { byId('saved').textContent = 'Not saved yet …'; });
// A time that is typed anew may be one of two again.
form.addEventListener('change', event => {
  if (event.target.type !== 'datetime-local') return;
  const folds = byId(event.target.id + '-folds');
  all('input', folds || form.querySelector('template') || doc.createElement('i')).forEach(el => { el.checked = false; });
  if (folds) folds.hidden = true;
});
// What others have saved comes in by itself: a save puts both together.
doc.addEventListener('htmx:afterSwap', ({detail}) => {
  if (detail.target.id !== 'pm-live') return;
  const newest = +detail.target.querySelector('[data-head]')?.dataset.head;
  if (all('input[name^=base-]', form).some(el => +el.value < newest) && !form.querySelector('[id^=conflict-] .refused')) htmx.trigger(form, 'save');
});
all('details.preview', form).forEach(el => el.addEventListener('toggle', () => { if (el.open) htmx.trigger(el.querySelector('[data-preview]'), 'look'); }));
doc.addEventListener('visibilitychange', () => { if (doc.hidden && isDirty()) htmx.trigger(form, 'save'); });
addEventListener('beforeunload', event => { if (isDirty()) event.preventDefault(); });
// A line of the checklist leads into a field.
byId('checklist-box')?.addEventListener('click', event => {
  const place = event.target.closest('a[href^="#"]') && byId(event.target.closest('a').getAttribute('href').slice(1));
  if (!place) return;
  event.preventDefault();
  if (matchMedia('(max-width:900px)').matches) box.open = false;
  place.scrollIntoView({block: 'start'});
  place.querySelector('textarea,input:not([type=hidden],[tabindex="-1"]),button')?.focus({preventScroll: true});
});
})();
