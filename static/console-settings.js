// Colours can be picked, and a file that is too large is not sent at all.
(() => {
'use strict';
for (const picker of document.querySelectorAll('[data-fills]')) {
  const field = document.getElementById(picker.dataset.fills);
  picker.closest('[hidden]').hidden = false;
  picker.addEventListener('input', () => {
    field.value = picker.value;
    field.dispatchEvent(new Event('input', {bubbles: true}));
  });
  field.addEventListener('input', () => {
    if (/^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value.toLowerCase();
  });
}
const file = document.querySelector('input[type=file][data-most]');
const isTooLarge = () => {
  const found = [...file.files].some(each => each.size > +file.dataset.most);
  const refusal = Object.assign(document.createElement('p'), {className: 'error', textContent: file.dataset.tooLarge});
  document.getElementById('too-large').replaceChildren(...found ? [refusal] : []);
  return found;
};
file?.addEventListener('change', isTooLarge);
file?.form.addEventListener('submit', event => {
  if (event.submitter?.value === 'remove' || !isTooLarge()) return;
  event.preventDefault();
  file.focus();
});
})();
