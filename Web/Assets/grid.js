// What pages and reports do beyond being read; without it everything is there, at rest.
'use strict';
(() => {
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const svg = (tag, attributes = {}) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    return element;
  };
  const button = (text, action, title) => {
    const b = make('button', { type: 'button', textContent: text });
    if (title) b.title = title;
    b.addEventListener('click', () => action(b));
    return b;
  };
  const press = (b, on) => b.setAttribute('aria-pressed', on);
  // What is said to who does not see, and what the keys of a chart do.
  function spoken() {
    let help = document.getElementById('keys'), said = document.getElementById('said');
    if (!help) {
      help = make('p', { id: 'keys', className: 'spoken', textContent: 'Left and right read the curves at each strength. '
        + 'Plus and minus zoom, shift with left and right moves, escape shows the whole range.' });
      said = make('p', { id: 'said', className: 'spoken' });
      said.setAttribute('role', 'status');
      document.querySelector('main').append(help, said);
    }
    return { help, say: text => { said.textContent = text; } };
  }
  // What a person has chosen outlives a part that is replaced while a sweep runs.
  const kept = new Map();
  const memory = (id, start) => { if (!kept.has(id)) kept.set(id, start); return kept.get(id); };

  enhance();
  document.addEventListener('refreshed', enhance);
  const source = document.body.dataset.events;
  if (source) live(source);

  function enhance() {
    for (const table of document.querySelectorAll('table.sortable:not([data-ready])')) sortable(table);
    for (const figure of document.querySelectorAll('figure.panel:not([data-ready]):not(.waiting)')) panel(figure);
    for (const map of document.querySelectorAll('svg.map[data-values]:not([data-ready])')) fields(map);
  }

  // Maps of many fields: who points at one is told its value.
  function fields(map) {
    map.dataset.ready = '';
    const figure = map.closest('figure'), tip = make('div', { className: 'tip', hidden: true });
    const data = map.dataset, [left, top, side] = data.area.split(',').map(Number);
    const rows = data.rows.split('|'), columns = data.columns.split('|'), values = data.values.split(';').map(row => row.split('|'));
    figure.append(tip);
    const read = e => {
      const box = map.getBoundingClientRect(), outer = figure.getBoundingClientRect(), scale = map.viewBox.baseVal.width / box.width;
      const i = Math.floor(((e.clientY - box.top) * scale - top) / side), j = Math.floor(((e.clientX - box.left) * scale - left) / side);
      const value = values[i]?.[j];
      tip.hidden = !value;
      if (!value) return;
      tip.textContent = `(${rows[i]}, ${columns[j]}): ${value}`;
      tip.style.left = Math.min(e.clientX - outer.left + 14, outer.width - tip.offsetWidth) + 'px';
      tip.style.top = e.clientY - outer.top + 14 + 'px';
    };
    map.addEventListener('pointerdown', read);
    map.addEventListener('pointermove', read);
    map.addEventListener('pointerleave', e => { if (e.pointerType !== 'touch') tip.hidden = true; });
  }

  // Tables: sorted by a click on a heading, filtered by a word; the strength of a leaderboard is chosen.
  function sortable(table) {
    table.dataset.ready = '';
    const place = table.closest('section');
    const state = memory('table ' + place.id + table.caption.textContent, { by: -1, down: false, word: '', at: table.dataset.at });
    const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
    const original = [...body.rows];
    heads.forEach((head, column) => {
      const b = button('', () => {
        state.down = state.by === column ? !state.down : numeric(column);
        state.by = column;
        sort();
      }, 'Sort');
      b.append(...head.childNodes);
      head.append(b);
    });
    const tools = make('div', { className: 'tools' });
    if (table.dataset.filter && original.length > 3) {
      const field = make('input', { type: 'search', value: state.word, placeholder: table.dataset.filter });
      field.setAttribute('aria-label', table.dataset.filter);
      field.addEventListener('input', () => { state.word = field.value; filter(); });
      tools.append(field);
    }
    const strengths = (table.dataset.strengths || '').split(' ').filter(s => s);
    if (strengths.length > 1) {
      const choice = make('select', {}, ...strengths.map(s => make('option', { textContent: s, selected: s === state.at })));
      choice.addEventListener('change', () => { state.at = choice.value; strength(); });
      tools.append(make('label', {}, 'at strength ', choice));
    }
    if (place.classList.contains('board')) {
      tools.append(button('CSV', () => save(csv(table), place.id + '.csv', 'text/csv')),
        button('LaTeX', () => save(latex(table), place.id + '.tex', 'text/plain')));
    }
    if (tools.children.length) table.parentNode.before(tools);
    if (state.at !== table.dataset.at) strength(); else sort();
    filter();

    function key(row, column) {
      const cell = row.cells[column];
      const text = cell.dataset.sort ?? cell.textContent.trim();
      if (text === '') return NaN;
      const number = Number(text.replace(/,/g, ''));
      return Number.isNaN(number) ? text : number;
    }
    function numeric(column) { return original.some(r => typeof key(r, column) === 'number' && !Number.isNaN(key(r, column))); }
    function sort() {
      heads.forEach((h, i) => h.setAttribute('aria-sort', i !== state.by ? 'none' : state.down ? 'descending' : 'ascending'));
      if (state.by < 0) return;
      const sign = state.down ? -1 : 1;
      const known = v => typeof v === 'string' || !Number.isNaN(v);
      const rows = original.map(row => [key(row, state.by), row]).sort(([a], [b]) =>
        !known(a) ? (known(b) ? 1 : 0) : !known(b) ? -1 : a === b ? 0 : sign * (a < b ? -1 : 1));
      body.append(...rows.map(([, row]) => row));
    }
    function filter() {
      const words = state.word.toLowerCase().split(/\s+/).filter(w => w);
      for (const row of original) row.hidden = !words.every(w => row.textContent.toLowerCase().includes(w));
    }
    function strength() {
      const at = Number(state.at);
      table.tHead.querySelector('.worst').textContent = 'under attack at ' + state.at;
      for (const cell of body.querySelectorAll('td.worst')) {
        const p = points(cell.dataset.points).find(q => q[0] === at);
        cell.dataset.sort = p ? p[1] : '';
        cell.textContent = p ? percent(p[1]) + ' [' + percent(p[2]) + ', ' + percent(p[3]) + ']' : '';
      }
      sort();
    }
  }

  function percent(v) { return (100 * v).toFixed(1); }
  function points(text) { return text ? text.split(';').map(p => p.split(',').map(v => v === '' ? NaN : Number(v))) : []; }

  // Charts: the numbers come with the curves, so that axes can be changed.
  function panel(figure) {
    figure.dataset.ready = '';
    const chart = figure.querySelector('svg.chart'), legend = figure.querySelector('table.legend');
    if (!chart) return;
    const state = memory('panel ' + figure.id, { off: new Set(), logX: false, logY: false, from: null });
    const area = { left: 74, top: 14, width: 640, height: 300 };
    const [x0, x1] = chart.dataset.x.split(',').map(Number), top = Number(chart.dataset.top), share = chart.dataset.share === '1';
    const curves = [...chart.querySelectorAll('g.curve')].map(g => ({ g, name: g.dataset.name, points: points(g.dataset.points) }));
    const all = curves.flatMap(c => c.points);
    const least = Math.min(...all.map(p => p[0]).filter(v => v > 0)), lowest = share ? 0.001 : Math.min(...all.map(p => p[1]).filter(v => v > 0)) / 2;
    const axis = chart.querySelector('.axis');
    let seen = null;
    const cross = svg('path', { class: 'cross' }), pick = svg('rect', { class: 'pick', y: area.top, height: area.height, width: 0 });
    chart.append(cross, pick);
    const tip = make('div', { className: 'tip', hidden: true });
    figure.append(tip);

    const logX = button('log strength', b => { state.logX = !state.logX; press(b, state.logX); draw(); });
    const logY = button('log ' + chart.dataset.quantity, b => { state.logY = !state.logY; press(b, state.logY); draw(); });
    const out = button('whole range', () => { state.from = null; draw(); }, 'Drag over the chart to zoom in');
    const left = button('\u2190', () => pan(-1), 'Towards smaller strengths'), right = button('\u2192', () => pan(1), 'Towards larger strengths');
    for (const b of [left, right]) b.setAttribute('aria-label', b.title);
    press(logX, state.logX);
    press(logY, state.logY);
    const tools = make('div', { className: 'tools' }, logX, logY, button('zoom in', () => zoom(0.5)), button('zoom out', () => zoom(2)), out,
      left, right, button('SVG', () => save(standalone(), figure.id + '.svg', 'image/svg+xml')), button('PNG', png),
      button('CSV', () => save(table(), figure.id + '.csv', 'text/csv')), button('LaTeX', () => save(latex(legend), figure.id + '.tex', 'text/plain')),
      button('TikZ', () => save(tikz(), figure.id + '.tikz', 'text/plain')),
      button('PDF', print, 'Prints this figure alone, into a file if you choose that'));
    chart.after(tools);

    // The legend turns curves off and on.
    for (const row of legend.tBodies[0].rows) {
      const name = row.dataset.name, head = row.cells[0];
      const b = button('', () => {
        state.off.has(name) ? state.off.delete(name) : state.off.add(name);
        legends();
      }, 'Show or hide this curve');
      b.append(...head.childNodes);
      head.append(b);
    }
    const legends = () => {
      for (const c of curves) c.g.classList.toggle('off', state.off.has(c.name));
      for (const row of legend.tBodies[0].rows) {
        row.classList.toggle('off', state.off.has(row.dataset.name));
        press(row.querySelector('button'), !state.off.has(row.dataset.name));
      }
    };
    legends();
    if (state.logX || state.logY || state.from) draw();

    function range() { return state.from ?? [x0, x1]; }
    // Where a strength stands on its axis. 0 has no logarithm: it stands half a step of ten below the least strength.
    function place(v) { return state.logX ? Math.log(Math.max(v, least / 3)) : v; }
    function strengthAt(p) {
      if (!state.logX) return p;
      const v = Math.exp(p);
      return v < least / 3 * 1.001 ? Math.min(x0, v) : v;
    }
    function scaleX(v) {
      const [a, b] = range().map(place);
      return area.left + (place(v) - a) / (b - a) * area.width;
    }
    function unscaleX(x) {
      const [a, b] = range().map(place);
      return strengthAt(a + (x - area.left) / area.width * (b - a));
    }
    function scaleY(v) {
      const part = !state.logY ? v / top : Math.log(Math.max(v, lowest) / lowest) / Math.log(top / lowest);
      return area.top + (1 - Math.min(1, Math.max(0, part))) * area.height;
    }
    function draw() {
      const [a, b] = range(), n = curves.length;
      axis.replaceChildren();
      for (const v of ticks(state.logY, lowest, 0, top, 5)) {
        axis.append(svg('path', { d: `M${area.left} ${scaleY(v)}h${area.width}` }));
        text(area.left - 8, scaleY(v) + 4, share ? number(100 * v) + ' %' : number(v), 'end');
      }
      for (const v of ticks(state.logX, Math.max(a, least / 3), a, b, 9)) {
        axis.append(svg('path', { d: `M${scaleX(v)} ${area.top + area.height}v5` }));
        text(scaleX(v), area.top + area.height + 20, number(v), 'middle');
      }
      curves.forEach((c, i) => {
        const aside = n < 2 ? 0 : (n - 1 - i - (n - 1) / 2) * Math.min(2, 10 / n);
        let line = '', bars = '', cut = '', last = null;
        for (const [s, mean, low, high] of c.points) {
          const now = Number.isNaN(mean) ? null : { x: scaleX(s), y: scaleY(mean), inside: s >= a - 1e-12 && s <= b + 1e-12 };
          if (now?.inside) line += `${last?.inside ? 'L' : 'M'}${now.x.toFixed(1)} ${now.y.toFixed(1)}`;
          if (now?.inside && !Number.isNaN(low + high)) {
            bars += `M${(now.x + aside).toFixed(1)} ${scaleY(low).toFixed(1)}V${scaleY(high).toFixed(1)}`;
          }
          if (now && last && !(now.inside && last.inside)) cut += within(last, now);
          last = now;
        }
        c.g.querySelector('.line').setAttribute('d', line);
        edges(c).setAttribute('d', cut);
        c.g.querySelector('.bar')?.setAttribute('d', bars);
      });
      ends();
    }
    // The part of a line that lies in the range, if one of its ends or both lie outside.
    function within(p, q) {
      const [l, r] = [Math.max(p.x, area.left), Math.min(q.x, area.left + area.width)];
      if (l >= r) return '';
      const y = x => (p.y + (q.y - p.y) * (x - p.x) / (q.x - p.x)).toFixed(1);
      return `M${l.toFixed(1)} ${y(l)}L${r.toFixed(1)} ${y(r)}`;
    }
    // No strength is measured where such a part ends: it has no marker there.
    function edges(c) {
      if (!c.edges) c.g.append(c.edges = svg('path', { class: 'line', style: 'marker:none' }));
      return c.edges;
    }
    function text(x, y, value, anchor) {
      const t = svg('text', { x, y, 'text-anchor': anchor });
      t.textContent = value;
      axis.append(t);
    }
    function zoom(factor) {
      const [a, b] = range().map(place), middle = seen === null ? (a + b) / 2 : Math.min(b, Math.max(a, place(seen)));
      limit(strengthAt(middle - (middle - a) * factor), strengthAt(middle + (b - middle) * factor));
    }
    function pan(way) {
      const [a, b] = range().map(place), [low, high] = [x0, x1].map(place);
      const by = way > 0 ? Math.min((b - a) / 4, high - b) : -Math.min((b - a) / 4, a - low);
      limit(strengthAt(a + by), strengthAt(b + by));
    }
    function limit(a, b) {
      [a, b] = [Math.max(x0, a), Math.min(x1, b)];
      const [all, part] = [[x0, x1], [a, b]].map(r => place(r[1]) - place(r[0]));
      if (part < all / 1000) return;
      state.from = part >= all * 0.999 ? null : [a, b];
      draw();
    }
    function ends() {
      const [a, b] = range();
      [out.disabled, left.disabled, right.disabled] = [!state.from, a <= x0, b >= x1];
      if (seen !== null && (seen < a || seen > b)) hide();
    }
    ends();

    // Keys do what pointing does, and what they find is said.
    chart.setAttribute('tabindex', 0);
    chart.setAttribute('role', 'application');
    chart.setAttribute('aria-roledescription', 'chart');
    chart.setAttribute('aria-describedby', spoken().help.id);
    chart.addEventListener('keydown', e => {
      const act = e.ctrlKey || e.altKey || e.metaKey ? null : keys[(e.shiftKey && e.key.startsWith('Arrow') ? 'Shift' : '') + e.key];
      if (!act) return;
      e.preventDefault();
      act();
    });
    chart.addEventListener('blur', hide);
    const moved = () => {
      const [a, b] = range();
      if (seen >= a && seen <= b && seen !== null) show(seen); else hide();
      spoken().say(`${chart.dataset.axis} from ${number(a)} to ${number(b)}`);
    };
    const keys = {
      ArrowLeft: () => step(-1), ArrowRight: () => step(1), Home: () => step(-Infinity), End: () => step(Infinity),
      ShiftArrowLeft: () => { pan(-1); moved(); }, ShiftArrowRight: () => { pan(1); moved(); },
      '+': () => { zoom(0.5); moved(); }, '=': () => { zoom(0.5); moved(); }, '-': () => { zoom(2); moved(); },
      Escape: () => { state.from = null; draw(); moved(); },
    };
    function step(by) {
      const all = strengths();
      if (!all.length) return;
      const now = seen === null ? -1 : all.indexOf(seen), first = by > 0 ? 0 : all.length - 1;
      const to = Number.isFinite(by) ? (now < 0 ? first : now + by) : by;
      show(all[Math.max(0, Math.min(all.length - 1, to))]);
      spoken().say([...tip.children].map(c => c.textContent.trim()).join('; '));
    }

    // Pointing: a mouse or a finger reads all curves at the nearest strength; dragging zooms.
    let dragged = null;
    const at = event => {
      const box = chart.getBoundingClientRect(), view = chart.viewBox.baseVal;
      return (event.clientX - box.left) / box.width * view.width;
    };
    chart.addEventListener('pointerdown', e => { dragged = at(e); chart.setPointerCapture(e.pointerId); read(e); });
    chart.addEventListener('pointermove', e => {
      read(e);
      if (dragged === null || e.pointerType === 'touch') return;
      const x = Math.max(area.left, Math.min(at(e), area.left + area.width));
      pick.setAttribute('x', Math.min(dragged, x));
      pick.setAttribute('width', Math.abs(x - dragged));
    });
    chart.addEventListener('pointerup', e => {
      if (dragged === null) return;
      const from = dragged, to = at(e);
      dragged = null;
      pick.setAttribute('width', 0);
      if (e.pointerType !== 'touch' && Math.abs(to - from) > 12) limit(...[unscaleX(from), unscaleX(to)].sort((p, q) => p - q));
    });
    chart.addEventListener('pointerleave', e => { if (e.pointerType !== 'touch') hide(); });
    function hide() {
      seen = null;
      tip.hidden = true;
      cross.setAttribute('d', '');
    }
    function strengths() {
      const [a, b] = range(), drawn = curves.filter(c => !state.off.has(c.name));
      return [...new Set(drawn.flatMap(c => c.points.map(p => p[0])))].filter(s => s >= a && s <= b).sort((p, q) => p - q);
    }
    function read(event) {
      const x = at(event), all = strengths();
      if (all.length) show(all.reduce((p, q) => Math.abs(scaleX(q) - x) < Math.abs(scaleX(p) - x) ? q : p));
      else hide();
    }
    function show(s) {
      seen = s;
      cross.setAttribute('d', `M${scaleX(s)} ${area.top}v${area.height}`);
      const rows = curves.filter(c => !state.off.has(c.name)).map(c => [c, c.points.find(p => p[0] === s)])
        .filter(([, p]) => p && !Number.isNaN(p[1])).sort(([, p], [, q]) => q[1] - p[1]);
      tip.replaceChildren(make('b', { textContent: `${chart.dataset.axis} ${number(s)}` }), ...rows.map(([c, p]) => {
        const key = legend.querySelector(`tr[data-name="${CSS.escape(c.name)}"] svg`)?.cloneNode(true) ?? '';
        return make('div', {}, key, ` ${c.name}: ${value(p[1])}` + (Number.isNaN(p[2] + p[3]) ? '' : ` [${value(p[2])}, ${value(p[3])}]`));
      }));
      tip.hidden = false;
      const box = chart.getBoundingClientRect(), outer = figure.getBoundingClientRect();
      const x = box.left - outer.left + scaleX(s) / chart.viewBox.baseVal.width * box.width;
      tip.style.left = Math.max(0, Math.min(x + 12, outer.width - tip.offsetWidth)) + 'px';
      tip.style.top = Math.max(0, box.top - outer.top + 20) + 'px';
    }
    function value(v) { return share ? percent(v) + ' %' : number(v); }

    function standalone() {
      const copy = chart.cloneNode(true);
      const shown = copy.querySelectorAll('.off,.cross,.pick');
      for (const gone of shown) gone.remove();
      copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
      copy.setAttribute('width', 734);
      copy.setAttribute('height', 362);
      const root = getComputedStyle(document.documentElement), colour = i => root.getPropertyValue('--c' + i).trim();
      let style = `text{font:13px sans-serif;fill:${root.getPropertyValue('--faint')}}.axis path{stroke:${root.getPropertyValue('--line')};fill:none}`
        + '.line{fill:none;stroke-width:2}.bar{fill:none;stroke-width:1.2;marker:none}.certified .line{stroke-dasharray:6 4}';
      for (let i = 0; i < 8; i++) style += `.c${i} .line,.c${i} .bar{stroke:${colour(i)}}.dot.c${i}{fill:${colour(i)}}`;
      const defs = document.querySelector('svg.defs defs').cloneNode(true), css = svg('style');
      css.textContent = style;
      copy.prepend(css, svg('rect', { width: '100%', height: '100%', fill: root.getPropertyValue('--page').trim() }), defs);
      copy.setAttribute('role', 'img');
      for (const name of ['class', 'tabindex', 'aria-roledescription', 'aria-describedby']) copy.removeAttribute(name);
      for (const g of copy.querySelectorAll('[data-points]')) g.removeAttribute('data-points');
      return new XMLSerializer().serializeToString(copy);
    }
    function png() {
      const image = new Image();
      image.onload = () => {
        const canvas = make('canvas', { width: 2202, height: 1086 });
        canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(blob => download(blob, figure.id + '.png'));
      };
      image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(standalone());
    }
    function print() {
      const body = document.body, done = () => { body.classList.remove('printing'); figure.classList.remove('printed'); };
      figure.classList.add('printed');
      body.classList.add('printing');
      addEventListener('afterprint', done, { once: true });
      window.print();
    }
    function table() {
      const rows = curves.filter(c => !state.off.has(c.name)).flatMap(c => c.points.map(p => [quote(c.name), ...p.map(v => Number.isNaN(v) ? '' : v)].join(',')));
      return ['name,strength,mean,low,high', ...rows].join('\n') + '\n';
    }
    function tikz() {
      const shown = curves.filter(c => !state.off.has(c.name));
      const plots = shown.map(c => `\\addplot+[error bars/.cd, y dir=both, y explicit] coordinates {\n`
        + c.points.filter(p => !Number.isNaN(p[1])).map(([s, m, l, h]) => `  (${s}, ${m}) += (0, ${(h - m || 0).toFixed(4)}) -= (0, ${(m - l || 0).toFixed(4)})`).join('\n')
        + `\n};\n\\addlegendentry{${tex(c.name)}}`);
      return `% \\usepackage{pgfplots}\n\\begin{tikzpicture}\n\\begin{axis}[xlabel={${tex(chart.dataset.axis)}}, ylabel={${tex(chart.dataset.quantity)}}, `
        + `ymin=0, ymax=${top}, legend pos=outer north east]\n${plots.join('\n')}\n\\end{axis}\n\\end{tikzpicture}\n`;
    }
  }

  function ticks(log, low, from, to, most) {
    const found = [];
    if (log) {
      for (let v = Math.pow(10, Math.ceil(Math.log10(low) - 1e-9)); v <= to * 1.0001; v *= 10)
        for (const m of [1, 2, 5]) if (m * v <= to * 1.0001) found.push(Number((m * v).toPrecision(6)));
      return found;
    }
    const rough = (to - from) / Math.max(1, most - 1), power = Math.pow(10, Math.floor(Math.log10(rough)));
    const step = [1, 2, 2.5, 5, 10].find(m => m * power >= rough * 0.999) * power;
    for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) found.push(Number((i * step).toPrecision(12)));
    return found;
  }
  function number(v) { return String(Number(v.toPrecision(4))); }
  function quote(text) { return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text; }
  function tex(text) { return text.replace(/\\/g, '').replace(/[&%$#_{}]/g, '\\$&'); }
  const cellText = cell => cell.textContent.replace(/\s+/g, ' ').trim();
  const shownRows = table => [...table.tBodies[0].rows].filter(r => !r.hidden && !r.classList.contains('off'));
  function csv(table) {
    return [table.tHead.rows[0], ...shownRows(table)].map(r => [...r.cells].map(c => quote(cellText(c))).join(',')).join('\n') + '\n';
  }
  function latex(table) {
    const head = [...table.tHead.rows[0].cells];
    const rows = shownRows(table).map(r => [...r.cells].map(c => tex(cellText(c))).join(' & ') + ' \\\\');
    return `% ${tex(cellText(table.caption))}\n\\begin{tabular}{l${'r'.repeat(head.length - 1)}}\n\\hline\n`
      + head.map(c => tex(cellText(c))).join(' & ') + ` \\\\\n\\hline\n${rows.join('\n')}\n\\hline\n\\end{tabular}\n`;
  }
  function save(text, name, type) { download(new Blob([text], { type: type + ';charset=utf-8' }), name); }
  function download(blob, name) {
    const link = make('a', { href: URL.createObjectURL(blob), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // Live: the server says that something changed, and the page takes what it lacks: parts that are not as it has them, and the charts that
  // are in sight. A page of another kind is taken whole.
  function live(address) {
    const lost = document.getElementById('lost'), place = document.body.dataset.parts, drawn = new Map();
    const most = 60, room = 6000;
    let known = false, timer = 0, due = Infinity, asking = false, rest = 0, changes = 0;
    const near = new Set(), loaded = new Set();
    const seen = new IntersectionObserver(entries => {
      for (const e of entries) {
        if (e.isIntersecting) near.add(e.target.id); else near.delete(e.target.id);
        if (e.isIntersecting && stale(e.target)) want(60);
      }
    }, { rootMargin: '600px 0px' });
    const events = new EventSource(address);
    events.addEventListener('hello', () => { if (known) change(); known = true; });
    events.addEventListener('change', change);
    events.addEventListener('lost', () => { lost.hidden = false; });
    events.addEventListener('end', () => { events.close(); change(); });
    events.onerror = () => {
      lost.hidden = false;
      // A refused answer ends the source for good: the host is there, but not well.
      if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
    };
    document.addEventListener('visibilitychange', () => { if (!document.hidden && due < Infinity) want(0); });
    watch();
    if (document.getElementById('behind')) want(1000);

    function change() {
      changes++;
      want(Math.max(0, rest - performance.now()));
    }
    function watch() {
      if (!place) return;
      for (const figure of document.querySelectorAll('figure.panel:not([data-watched])')) {
        figure.dataset.watched = '';
        if (figure.dataset.live) loaded.add(figure);
        seen.observe(figure);
      }
    }
    // A chart that is not there yet, or was drawn before the last change.
    function stale(figure) { return !figure.dataset.live || (figure.drawn ?? 0) < changes; }
    function want(wait) {
      due = Math.min(due, performance.now() + wait);
      clearTimeout(timer);
      if (!asking) timer = setTimeout(ask, Math.max(0, due - performance.now()));
    }
    async function ask() {
      // What nobody looks at is drawn when somebody does.
      if (asking || document.hidden) return;
      asking = true;
      due = Infinity;
      const began = performance.now();
      let behind = false;
      try {
        behind = place ? await takeParts() : await takePage();
      } catch {
        lost.hidden = false;
      }
      // What takes long is done as often as it pays.
      const took = performance.now() - began;
      rest = performance.now() + 500 + took;
      asking = false;
      if (behind) want(1000);
      else if (due < Infinity) want(Math.max(0, due - performance.now()));
    }

    async function takeParts() {
      const at = changes, mine = [...document.querySelectorAll('[data-live]:not(figure.panel)')].map(e => `${e.id}.${e.dataset.live}`);
      for (const id of near) mine.push(`${id}.${document.getElementById(id)?.dataset.live ?? ''}`);
      let has = '';
      for (const one of mine.reverse()) if (has.length + one.length < room) has += (has ? ',' : '') + one;
      const answer = await fetch(`${place}?has=${has}`);
      lost.hidden = answer.ok;
      if (!answer.ok) return false;
      const { order, changed, behind } = await answer.json();
      let last = null, began = performance.now();
      for (const id of order ?? Object.keys(changed)) {
        if (changed[id] !== undefined) {
          put(id, changed[id], last);
          delete changed[id];
        }
        last = document.getElementById(id) ?? last;
        began = await breathe(began);
      }
      for (const id in changed) {
        put(id, changed[id], null);
        began = await breathe(began);
      }
      if (order) {
        const all = new Set(order);
        for (const old of document.querySelectorAll('[data-live]:not(figure.panel)')) if (!all.has(old.id)) old.remove();
        document.getElementById('behind')?.remove();
      }
      for (const id of near) {
        const figure = document.getElementById(id);
        if (figure) figure.drawn = at; else near.delete(id);
      }
      forget();
      watch();
      document.dispatchEvent(new Event('refreshed'));
      return behind;
    }
    // A person may click or scroll between one part and the next.
    async function breathe(began) {
      if (performance.now() - began < 40) return began;
      await new Promise(done => setTimeout(done));
      return performance.now();
    }
    function put(id, html, last) {
      const template = make('template', { innerHTML: html }), now = template.content.firstElementChild, old = document.getElementById(id);
      if (!now || (old ? now.dataset.live === old.dataset.live : now.matches('figure'))) return;
      const at = old?.contains(document.activeElement) ? document.activeElement : null;
      // Charts that are there stay, where only their slots are new.
      for (const slot of now.querySelectorAll('figure.waiting')) {
        const had = document.getElementById(slot.id);
        if (had?.dataset.live) slot.replaceWith(had);
      }
      if (old) replace(old, now, at);
      else if (last) last.after(now);
      else document.querySelector('main').prepend(now);
      document.dispatchEvent(new Event('refreshed'));
    }
    // In place of an old part: what was unfolded stays so, and who was at a button finds it again.
    function replace(old, now, at) {
      const open = [...old.querySelectorAll('details')].map(d => d.open), can = 'a,button,input,select,summary,[tabindex]';
      old.replaceWith(now);
      if (old.matches('figure.panel')) { seen.unobserve(old); loaded.delete(old); }
      [...now.querySelectorAll('details')].forEach((d, i) => { if (i < open.length) d.open = open[i]; });
      if (!at) return;
      // It came along with its chart.
      if (at.isConnected) return at.focus({ preventScroll: true });
      enhance();
      const before = [...old.querySelectorAll(can)], after = [...now.querySelectorAll(can)], i = before.indexOf(at);
      (after.find((x, j) => j >= i && x.textContent === at.textContent) ?? after[i])?.focus({ preventScroll: true });
    }
    // Charts far off are let go, or a reader of thousands would hold them all.
    function forget() {
      for (const figure of loaded) {
        if (loaded.size <= most) return;
        if (near.has(figure.id)) continue;
        const slot = make('figure', { id: figure.id, className: 'panel waiting' }, figure.querySelector('figcaption'));
        slot.style.minHeight = figure.offsetHeight + 'px';
        seen.unobserve(figure);
        loaded.delete(figure);
        figure.replaceWith(slot);
      }
    }

    async function takePage() {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      lost.hidden = answer.ok;
      // What could not be shown before is a page of its own kind now.
      if (answer.ok && page.body.dataset.parts) location.reload();
      else if (answer.ok) swap(page);
      return false;
    }
    function swap(page) {
      let last = null;
      const ids = new Set([...page.querySelectorAll('[data-live]')].map(e => e.id));
      for (const now of page.querySelectorAll('[data-live]')) {
        const text = now.outerHTML, old = document.getElementById(now.id);
        if (!old) last ? last.after(now) : document.querySelector('main').append(now);
        else if (drawn.get(now.id) !== text) replace(old, now, old.contains(document.activeElement) ? document.activeElement : null);
        drawn.set(now.id, text);
        last = document.getElementById(now.id);
      }
      for (const old of document.querySelectorAll('[data-live]')) if (!ids.has(old.id)) old.remove();
      document.dispatchEvent(new Event('refreshed'));
    }
  }
})();
