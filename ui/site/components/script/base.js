/* What every component shares: the viewer's words, number printing, events out, theme, connection. */
(function () {
  var root = document.documentElement;
  var Review = (window.Review = { build: '@build@' });

  /* number of the last preview asked for; starts anew, but never lower, with each load of the page */
  Review.ask = Math.floor(Date.now() / 100) % 1e9;

  /* what this tab remembers: memory(key) reads, memory(key, value) writes */
  Review.memory = function (key, value) {
    try {
      if (value !== undefined) sessionStorage.setItem(key, JSON.stringify(value));
      return JSON.parse(sessionStorage.getItem(key));
    } catch (e) { return null; }
  };

  /* what this browser remembers, over its tabs: keep(key) reads, keep(key, value) writes */
  Review.keep = function (key, value) {
    try {
      if (value !== undefined) localStorage.setItem(key, JSON.stringify(value));
      return JSON.parse(localStorage.getItem(key));
    } catch (e) { return null; }
  };

  /* where the best standing (better than N % of computer games) from a chair is kept */
  Review.best = function (choice) { return 'rv-best:' + [choice.scenario, choice.mode, choice.level, choice.seat].join('/'); };

  /* what only the browser can do for the server: post a form, load an address, keep a choice; each errand once */
  var done = null;
  Review.run = function (errand) {
    if (!errand || done === errand.number) return;
    done = errand.number;
    if (errand.kind === 'go') window.location.assign(errand.url);
    if (errand.kind === 'remember') {
      Object.keys(errand.fields).forEach(function (k) {
        document.cookie = k + '=' + encodeURIComponent(errand.fields[k]) + '; path=/; max-age=31536000; samesite=lax';
      });
    }
    if (errand.kind === 'post') {
      var form = document.createElement('form');
      form.method = 'post';
      form.action = errand.url;
      Object.keys(errand.fields).forEach(function (k) {
        var field = document.createElement('input');
        field.type = 'hidden';
        field.name = k;
        field.value = errand.fields[k];
        form.appendChild(field);
      });
      document.body.appendChild(form);
      form.submit();
    }
  };

  Review.still = function () {
    return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  };

  Review.mixin = {
    inject: { rv: { default: function () { return { words: {}, lang: 'en', say: function () {} }; } } },
    computed: {
      words: function () { return this.rv.words; },
    },
    methods: {
      say: function (name, data) { this.rv.say(name, data); },
      int: function (v) { return (v < 0 ? '\u2212' : '') + Math.abs(Math.round(v)); },
      /* as the server writes numbers: the Spanish of Mexico, the French of Canada */
      number: function (v, digits) {
        var locale = { es: 'es-MX', fr: 'fr-CA' }[this.rv.lang] || this.rv.lang;
        return new Intl.NumberFormat(locale, { minimumFractionDigits: digits || 0, maximumFractionDigits: digits || 0 }).format(v);
      },
      signed: function (v, digits) {
        return (v < 0 ? '\u2212' : '+') + this.number(Math.abs(v), digits);
      },
      fill: function (text, values) {
        return String(text || '').replace(/\{(\w+)\}/g, function (_, k) { return values[k]; });
      },
    },
  };

  Review.add = function (tag, options, template) {
    options.template = template;
    if (!options.frame) options.mixins = [Review.mixin].concat(options.mixins || []);
    window.Vue.component(tag, options);
  };

  /* theme: one choice for our tokens (data-theme) and for Solara's Vuetify (its own storage key) */
  var KEY = ':solara:theme.variant';
  Review.theme = {
    mode: function () {
      try { return JSON.parse(localStorage.getItem(KEY)) || 'auto'; } catch (e) { return 'auto'; }
    },
    dark: function () {
      var mode = this.mode();
      return mode === 'dark' || (mode === 'auto' && window.matchMedia('(prefers-color-scheme: dark)').matches);
    },
    apply: function () { root.dataset.theme = this.dark() ? 'dark' : 'light'; },
    set: function (mode) {
      try { localStorage.setItem(KEY, JSON.stringify(mode)); } catch (e) { /* private window: this page only */ }
      root.dataset.theme = mode === 'auto' ? (this.dark() ? 'dark' : 'light') : mode;
    },
  };
  Review.theme.apply();
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', function () { Review.theme.apply(); });

  /* connection: ask Solara to reconnect at once instead of after its growing waits, and tell the page */
  Review.link = window.Vue.observable({ lost: false });
  var seen = false;
  function kick() {
    try {
      var kernel = window.solara.debug && window.solara.debug.kernel();
      if (!kernel) return;
      var here = kernel.connectionStatus === 'connected';
      seen = seen || here;
      Review.link.lost = seen && !here;
      if (!here && navigator.onLine !== false) kernel.reconnect().catch(function () {});
    } catch (e) { /* Solara is still starting */ }
  }
  setInterval(kick, 1500);
  document.addEventListener('visibilitychange', function () { if (!document.hidden) kick(); });
  window.addEventListener('online', kick);
})();
