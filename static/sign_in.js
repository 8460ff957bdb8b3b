// Small help on the pages before the console; all of them work without it.
(() => {
'use strict';
const doc = document;

// A button beside each password that shows what was typed. The field stays where it is, or it would lose the focus.
for (const field of doc.querySelectorAll('input[data-show]')) {
  const button = doc.createElement('button');
  button.type = 'button';
  button.className = 'show';
  button.textContent = field.dataset.show;
  button.setAttribute('aria-pressed', 'false');
  button.setAttribute('aria-controls', field.id);
  button.setAttribute('aria-label', 'Show password');
  field.after(button);
  button.onclick = () => {
    const isShown = field.type === 'text';
    field.type = isShown ? 'password' : 'text';
    button.setAttribute('aria-pressed', String(!isShown));
  };
}

// How long a password would resist guessing, in words; the server only asks for eight characters.
for (const field of doc.querySelectorAll('input[data-strength]')) {
  const line = doc.createElement('p');
  line.className = 'strength';
  line.setAttribute('role', 'status');
  field.closest('.field').append(line);
  field.addEventListener('input', () => {
    const text = field.value, kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/].filter(kind => kind.test(text)).length;
    const worth = new Set(text).size < 5 ? 0 : text.length + 2 * kinds;
    line.textContent = !text ? '' : text.length < 8 ? 'Too short: ' + (8 - text.length) + ' more.'
      : worth < 14 ? 'Weak: easy to guess.' : worth < 20 ? 'Fair. Longer is better.' : 'Strong.';
  });
}

// The browser knows where it is; a suggestion, until somebody types.
const zone = doc.querySelector('input[data-guess-zone]');
if (zone && zone.value === 'Etc/UTC') {
  const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (guess && guess !== 'UTC' && [...doc.querySelectorAll('#zones option')].some(option => option.value === guess)) zone.value = guess;
}

// A secret that is shown once goes to the clipboard with one click.
for (const button of doc.querySelectorAll('button[data-copy]')) {
  const text = doc.getElementById(button.dataset.copy), label = button.textContent;
  button.hidden = !navigator.clipboard;
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = label; }, 2000);
    } catch { getSelection().selectAllChildren(text); }
  };
}
})();
