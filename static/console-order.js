// Rows are dragged by their handles; the arrows beside them do the same without this.
(() => {
'use strict';
const form = document.getElementById('order');
if (!form) return;
let row = null, moved = false;
const items = list => [...list.children].filter(el => el.dataset.id);
const isGroup = el => 'group' in el.dataset;

const listUnder = (x, y) => {
  const under = document.elementFromPoint(x, y);
  const list = under?.closest('[data-order]');
  if (!list || !form.contains(list) || row.contains(list)) return null;
  return isGroup(row) ? form.querySelector('[data-order]') : list; // a group has no place in a group
};
form.addEventListener('pointerdown', event => {
  const handle = event.target.closest('[data-handle]');
  if (!handle || event.button) return;
  event.preventDefault();
  row = handle.closest('[data-id]');
  moved = false;
  row.classList.add('dragged');
  form.setPointerCapture(event.pointerId);
});
form.addEventListener('pointermove', event => {
  if (!row) return;
  const list = listUnder(event.clientX, event.clientY);
  if (!list) return;
  const next = items(list).find(el => el !== row && event.clientY < el.getBoundingClientRect().top + el.firstElementChild.offsetHeight / 2);
  if ((next || null) === row.nextElementSibling && row.parentNode === list) return;
  list.insertBefore(row, next || null);
  moved = true;
});
const drop = send => {
  if (!row) return;
  row.classList.remove('dragged');
  row = null;
  if (!moved || !send) return;
  const order = items(form.querySelector('[data-order]')).map(el => ({
    id: el.dataset.id,
    members: isGroup(el) ? items(el.querySelector('[data-order]')).map(each => each.dataset.id) : [],
  }));
  const field = Object.assign(document.createElement('input'), {type: 'hidden', name: 'order', value: JSON.stringify(order)});
  form.append(field);
  form.submit();
};
form.addEventListener('pointerup', () => drop(true));
form.addEventListener('pointercancel', () => { drop(false); location.reload(); });
// After a step the focus is on the button that was pressed, and where the row stands now is said.
const button = document.getElementById(location.hash.slice(1));
if (button && form.contains(button)) {
  button.focus();
  const flash = document.querySelector('.flash'), say = document.getElementById('say');
  if (flash && say) setTimeout(() => { say.textContent = flash.textContent; }, 150); // a region is read when it changes
}
})();
