// What pages and reports do beyond being read; without it everything is there, at rest.
'use strict';
(() => {
  // Live: the server says that something changed, and the parts that may change are taken from the page as it is now.
  const source = document.body.dataset.events;
  if (source) live(source);

  function live(address) {
    const lost = document.getElementById('lost');
    let known = false, busy = false, again = false;
    const events = new EventSource(address);
    events.addEventListener('hello', () => { if (known) refresh(); known = true; });
    events.addEventListener('change', refresh);
    events.addEventListener('lost', () => { lost.hidden = false; });
    events.addEventListener('end', () => { events.close(); refresh(); });
    events.onerror = () => {
      lost.hidden = false;
      // A refused answer ends the source for good: the host is there, but not well.
      if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
    };

    async function refresh() {
      if (busy) { again = true; return; }
      busy = true;
      try {
        const answer = await fetch(location.href);
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        if (answer.ok) lost.hidden = true;
        for (const now of page.querySelectorAll('[data-live]')) {
          const old = document.getElementById(now.id);
          if (!old) document.querySelector('main').append(now);
          else if (old.dataset.as !== now.outerHTML.length + ':' + hash(now.outerHTML)) {
            const as = now.outerHTML.length + ':' + hash(now.outerHTML);
            old.replaceWith(now);
            now.dataset.as = as;
          }
        }
        for (const old of document.querySelectorAll('[data-live]')) if (!page.getElementById(old.id)) old.remove();
        document.dispatchEvent(new Event('refreshed'));
      } catch {
        lost.hidden = false;
      }
      busy = false;
      if (again) { again = false; refresh(); }
    }

    function hash(text) {
      let h = 0;
      for (let i = 0; i < text.length; i++) h = Math.imul(31, h) + text.charCodeAt(i) | 0;
      return h;
    }
  }
})();
