// early.js: what must be settled before a page of the web interface is first painted: its colours, and that scripts run.
(() => {
'use strict';
let theme = 'system';
try { theme = localStorage.getItem('cprof-theme') || theme; } catch { /* without storage the system decides */ }
document.documentElement.dataset.theme = theme;
document.documentElement.classList.add('js');
})();
