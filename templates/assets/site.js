// Enhancements only: every page is complete without this file.
(function () {
  "use strict";
  var html = document.documentElement;
  var root = html.getAttribute("data-root") || "";
  var live = document.querySelector("[data-live]");

  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }

  // Theme: auto, light, dark; remembered where the browser lets us.
  function theme() {
    var button = document.querySelector("[data-theme-toggle]");
    var names = ["auto", "light", "dark"];
    var current = html.getAttribute("data-theme");
    try { current = localStorage.getItem("theme") || current; } catch (e) { /* storage is forbidden */ }
    function show(name) {
      current = names.indexOf(name) < 0 ? "auto" : name;
      html.setAttribute("data-theme", current);
      button.querySelector("span").textContent = "Theme: " + current;
    }
    show(current);
    button.hidden = false;
    button.addEventListener("click", function () {
      show(names[(names.indexOf(current) + 1) % names.length]);
      try { localStorage.setItem("theme", current); } catch (e) { /* storage is forbidden */ }
    });
  }

  // Ages: "3 min ago" beside each absolute time, counting.
  function age(then, now) {
    var seconds = Math.round((now - then) / 1000);
    var ahead = seconds < 0;
    var n = Math.abs(seconds);
    var text = n < 60 ? "less than 1 min" :
      n < 5400 ? Math.round(n / 60) + " min" :
      n < 172800 ? Math.round(n / 3600) + " h" : Math.round(n / 86400) + " days";
    return ahead ? "in " + text : text + " ago";
  }
  function ages(now) {
    all("time[datetime]").forEach(function (el) {
      var then = Date.parse(el.getAttribute("datetime"));
      if (isNaN(then)) { return; }
      var span = el.nextElementSibling;
      if (!span || span.className !== "ago") {
        span = document.createElement("span");
        span.className = "ago";
        el.after(" ", span);
      }
      var text = "(" + age(then, now) + ")";
      if (span.textContent !== text) { span.textContent = text; }
    });
  }

  // Validity: what is past its time says so and loses its colour.
  function validity(now) {
    all("[data-until]").forEach(function (el) {
      if (!(Date.parse(el.getAttribute("data-until")) < now)) { return; }
      el.removeAttribute("data-until");
      var holder = el.closest("[data-datum]");
      if (holder) { holder.classList.add("is-stale"); }
      if (el.querySelector(".stale-mark")) { return; }
      var mark = document.createElement("span");
      mark.className = "stale-mark";
      mark.innerHTML = "<svg class='icon' aria-hidden='true'><use href='#i-stale'/></svg>Stale";
      el.prepend(mark, " ");
    });
    var banner = document.querySelector("[data-expiry]");
    if (banner && Date.parse(banner.getAttribute("data-expiry")) < now) {
      banner.hidden = false;
      html.classList.add("is-expired");
    }
  }

  // Filter: one field narrows every table and list of the page.
  function filter() {
    var box = document.querySelector("[data-filter]");
    if (!box) { return; }
    var input = box.querySelector("input");
    var rows = all("[data-filterable] tbody tr, ul[data-filterable] > li");
    var texts = rows.map(function (row) {
      var group = row.closest("[data-group]");
      var name = group ? group.querySelector("h2").textContent : "";
      return (name + " " + row.textContent).toLowerCase();
    });
    box.hidden = rows.length < 2;
    input.addEventListener("input", function () {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (row, i) {
        var match = words.every(function (word) { return texts[i].indexOf(word) >= 0; });
        row.hidden = !match;
        shown += match ? 1 : 0;
      });
      all("[data-group]").forEach(function (group) {
        group.hidden = words.length > 0 && !group.querySelector("tbody tr:not([hidden])");
      });
      live.textContent = words.length ? shown + " of " + rows.length + " shown" : "";
    });
  }

  // Sort: a heading sorts its table; what is not known stays last.
  function key(cell) {
    var time = cell.querySelector("time");
    var text = cell.getAttribute("data-v") || (time ? time.getAttribute("datetime") : cell.textContent.trim());
    var number = /^[<]?-?[\d,.]+/.test(text) && !time ? parseFloat(text.replace(/[<,]/g, "")) : NaN;
    return { none: text === "" || text === "—" || text === "–", number: number, text: text };
  }
  function compare(a, b, down) {
    if (a.none || b.none) { return a.none - b.none; }
    var order = !isNaN(a.number) && !isNaN(b.number) ? a.number - b.number :
      a.text.localeCompare(b.text, undefined, { numeric: true });
    return down ? -order : order;
  }
  function sortable(table) {
    var heads = all("thead th", table);
    var body = table.tBodies[0];
    heads.forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", function () {
        var sorted = head.getAttribute("aria-sort");
        var down = sorted ? sorted === "ascending" : head.classList.contains("n");
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        Array.prototype.slice.call(body.rows)
          .map(function (row) { return { row: row, key: key(row.cells[column]) }; })
          .sort(function (a, b) { return compare(a.key, b.key, down); })
          .forEach(function (entry) { body.appendChild(entry.row); });
      });
    });
  }

  // Refresh: only where the server says that it takes requests.
  function health() {
    return fetch(root + "api/health.json", { cache: "no-store" }).then(function (answer) { return answer.json(); });
  }
  function wait(generated, tries) {
    setTimeout(function () {
      health().then(function (now) {
        if (now.generated_at !== generated) { location.reload(); return; }
        if (tries > 0) { wait(generated, tries - 1); return; }
        live.textContent = "Nothing newer has arrived yet; the page can be loaded again later.";
      }).catch(function () { live.textContent = "The server does not answer."; });
    }, 2000);
  }
  function refresh() {
    var button = document.querySelector("[data-refresh]");
    if (location.protocol === "file:") { return; }
    health().then(function (state) {
      if (!state.refresh) { return; }
      button.hidden = false;
      button.addEventListener("click", function () {
        button.disabled = true;
        live.textContent = "Collecting now…";
        fetch(root + "api/refresh", { method: "POST" }).then(function (answer) {
          return answer.json().then(function (body) {
            button.disabled = false;
            if (answer.ok) { wait(state.generated_at, 60); return; }
            live.textContent = body.retry_after ? "Refreshed a moment ago; try again in " + body.retry_after + " s." : body.error;
          });
        }).catch(function () {
          button.disabled = false;
          live.textContent = "The server does not answer.";
        });
      });
    }).catch(function () { /* plain files: no server to ask */ });
  }

  function tick() {
    var now = Date.now();
    ages(now);
    validity(now);
  }
  filter();
  all("table[data-sortable]").forEach(sortable);
  theme();
  tick();
  setInterval(tick, 30000);
  refresh();
})();
