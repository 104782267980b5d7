// The phone's hands on a session. The server tells how it is, by server-sent events; each button asks the server for one
// command, and says what came of it. Where nothing was heard for four seconds the page says so and does nothing: the
// music in the room never waits for a phone.
'use strict';

const LOST = 4000;
const AGAIN = 3000;
const ASKS = 3000;
const by = id => document.getElementById(id);
const buttons = () => [...document.querySelectorAll('#hands button')];

let plan = null;
let now = null;
let heard = -Infinity;
let lost = true;
let source = null;
let opened = -Infinity;
let asking = 0;
let talks = false;
let over = false;

const clock = seconds => {
  const whole = Math.max(0, Math.floor(seconds));
  const two = number => String(number).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
};

// Text is changed only where it is another: a screen reader hears each change.
const write = (id, text) => { const at = by(id); if (at.textContent !== text) at.textContent = text; };

const tell = (text, alarm = false) => { write('told', text); by('told').classList.toggle('alarm', alarm); };

// --- what the server tells

function listen() {
  if (source) source.close();
  opened = performance.now();
  source = new EventSource('/events');
  source.addEventListener('plan', event => { plan = JSON.parse(event.data); drawPlan(); });
  source.addEventListener('now', event => {
    const before = now;
    now = JSON.parse(event.data);
    heard = performance.now();
    if (lost) found();
    draw(before);
  });
}

function found() {
  lost = false;
  by('lost').hidden = true;
}

function lose() {
  lost = true;
  if (talks) { talks = false; by('talk').setAttribute('aria-pressed', 'false'); }
  by('lost').hidden = false;
  write('lost', over ? 'The session is over.' : 'Not in touch. The music in the room goes on.');
  if (!over) write('word', 'not in touch');
  enable();
}

async function ask(path, body) {
  return fetch(path, { method: 'POST', body, headers: { 'content-type': 'text/plain' }, signal: AbortSignal.timeout(2500) });
}

async function give(command) {
  try {
    const answer = await ask('/do', `${now.stamp} ${command}`);
    if (!answer.ok) tell(await answer.text(), true);
    if (answer.status === 401) location.reload();
  } catch {
    tell('That may not have arrived. Look, and press again.', true);
  }
}

// The server knows that this phone is here; one that talks and is not here has let go.
async function here() {
  if (over || document.hidden) return;
  try {
    const answer = await ask('/here', '');
    if (answer.status === 401) location.reload();
  } catch { /* It is seen where nothing is heard. */ }
}

setInterval(here, 1000);
setInterval(() => {
  const time = performance.now();
  if (!lost && time - heard > LOST) lose();
  if (!over && time - heard > LOST && time - opened > AGAIN && !document.hidden) listen();
}, 250);

// --- what is shown

function drawPlan() {
  write('title', plan.title);
  by('drawing').innerHTML = plan.picture;
  const place = by('reserves');
  place.replaceChildren(...plan.reserves.map((name, number) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.addEventListener('click', () => press(() => (now.reserve === number ? 'return' : `reserve ${name}`)));
    return button;
  }));
  place.hidden = plan.reserves.length === 0;
}

const piece = number => (number === null || !plan.pieces[number] ? null : plan.pieces[number]);

function draw(before) {
  if (!plan) return;
  over = now.over;
  const phase = plan.phases[now.phase];
  write('word', now.word);
  const left = now.held ? `held, ${clock(now.phase_left)} more` : `${clock(now.phase_left)} left`;
  write('phase', over || now.closing || !phase ? '' : `${phase.name}: ${left}`);
  write('times', `${clock(now.left)} in all`);
  const [sounds, comes] = [piece(now.piece), piece(now.next)];
  write('sounds', sounds ? `♪ ${sounds.title}${sounds.artist ? ` – ${sounds.artist}` : ''}` : '');
  write('comes', comes && !now.closing ? `then, in ${clock(comes.start - now.at)}: ${comes.title}` : '');
  by('line').style.left = `${100 * Math.min(1, now.at / plan.length)}%`;
  document.title = `${now.word} – ${plan.title}`;
  if (!before || before.word !== now.word || before.phase !== now.phase) {
    write('spoken', `${now.word}${phase ? `, ${phase.name}` : ''}, ${Math.round(now.phase_left / 60)} minutes left in it`);
  }
  if (now.news && (!before || !before.news || before.news.number !== now.news.number)) tell(now.news.text, now.news.alarm);
  if (now.unheard) tell(`Nobody hears this: ${now.unheard}`, true);
  enable();
}

// A button that can do nothing now says so, and why; it keeps its place and its focus.
function enable() {
  const follows = Boolean(now) && now.holder !== now.you;
  const why = lost || over ? 'not in touch' : follows ? 'follows only' : '';
  for (const button of buttons()) {
    button.setAttribute('aria-disabled', String(Boolean(why)));
    if (why) button.title = why; else button.removeAttribute('title');
  }
  by('follows').hidden = lost || over || !follows;
  if (!now || !plan) return;
  write('who', `${now.holder || 'No phone'} holds; you see all that it does.`);
  write('you', `This is ${now.you}.${follows ? '' : ' It holds the session.'} The laptop’s keys work, too.`);
  const set = (id, on, text) => { by(id).setAttribute('aria-pressed', String(on)); write(id, text); };
  set('hold', now.held, now.held ? 'Release' : 'Hold');
  set('quiet', now.quiet, now.quiet ? 'Bring back' : 'Quiet');
  by('talk').setAttribute('aria-pressed', String(talks || now.talking));
  write('volume', now.volume === 0 ? 'as planned' : `${now.volume > 0 ? '+' : '−'}${Math.abs(Math.round(now.volume))} dB`);
  [...by('reserves').children].forEach((button, number) => {
    const text = now.reserve === number ? 'Back to the phase' : `Reserve: ${plan.reserves[number]}`;
    if (button.textContent !== text) button.textContent = text;
  });
  if (!asking) write('advance', 'Move on');
}

// --- what a thumb does

const may = () => {
  if (lost || over || !now) return false;
  if (now.holder === now.you) return true;
  tell(`${now.holder || 'No phone'} holds. Take over first.`, true);
  return false;
};

function press(command) { if (may()) give(command()); }

by('hold').addEventListener('click', () => press(() => (now.held ? 'release' : 'hold')));
by('quiet').addEventListener('click', () => press(() => (now.quiet ? 'resume' : 'quiet')));
by('extend').addEventListener('click', () => press(() => 'extend 1m'));
by('less').addEventListener('click', () => press(() => `volume ${Math.max(-60, now.volume - 1)} dB`));
by('more').addEventListener('click', () => press(() => `volume ${Math.min(6, now.volume + 1)} dB`));
by('take').addEventListener('click', async () => {
  try { await ask('/take', ''); } catch { tell('That may not have arrived. Press again.', true); }
});

// A thumb errs: moving on asks for a second tap.
function unask() { clearTimeout(asking); asking = 0; by('advance').classList.remove('asks'); write('advance', 'Move on'); }

by('advance').addEventListener('click', () => {
  if (!may()) return;
  if (asking) { unask(); give('advance'); return; }
  by('advance').classList.add('asks');
  write('advance', 'Tap again to move on');
  write('spoken', 'Tap again to move on');
  asking = setTimeout(unask, ASKS);
});

// Talk: as long as it is pressed, by finger or by key. What only clicks, as a screen reader does, turns it on and off.
const talk = by('talk');
let pressed = false;
let keyed = false;

function down() {
  if (talks || !may()) return;
  talks = true;
  talk.setAttribute('aria-pressed', 'true');
  give('talk');
}

function up() {
  if (!talks) return;
  talks = false;
  talk.setAttribute('aria-pressed', 'false');
  give('untalk');
}

talk.addEventListener('pointerdown', event => { pressed = true; talk.setPointerCapture(event.pointerId); down(); });
for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) talk.addEventListener(end, up);
talk.addEventListener('pointercancel', () => { pressed = false; });
talk.addEventListener('keydown', event => {
  if (event.key !== ' ' && event.key !== 'Enter') return;
  event.preventDefault();
  if (!event.repeat) { keyed = true; down(); }
});
talk.addEventListener('keyup', event => { if (event.key === ' ' || event.key === 'Enter') { event.preventDefault(); keyed = false; up(); } });
talk.addEventListener('blur', () => { if (keyed) { keyed = false; up(); } });
talk.addEventListener('contextmenu', event => event.preventDefault());
talk.addEventListener('click', () => {
  if (pressed) { pressed = false; return; }
  if (talks || (now && now.talking)) { talks = true; up(); } else down();
});
addEventListener('pagehide', () => { if (talks) { talks = false; navigator.sendBeacon('/do', `${now.stamp} untalk`); } });
document.addEventListener('visibilitychange', () => { if (document.hidden) up(); else { wake(); listen(); here(); } });

// The phone's own screen stays on where the browser can do that, which is on secure pages only: in a room's network there is none.
async function wake() {
  try {
    await navigator.wakeLock.request('screen');
    write('awake', '');
  } catch {
    write('awake', 'This phone may go dark by itself; its settings can leave the screen on for longer.');
  }
}

wake();
listen();
here();
