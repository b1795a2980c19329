// Search, filters, the panel, attack paths. All that is shown stands in the page already.
"use strict";
(() => {
  const root = document.documentElement;
  const one = (selector, inside = document) => inside.querySelector(selector);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const status = one("#shown");
  const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  root.classList.add("js");

  // Dark and light: as the system has it, until the reader says otherwise.
  const theme = one("#theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const showTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  const remembered = (action) => {
    try { return action(); } catch { return null; } // storage may be forbidden
  };
  const chosen = remembered(() => localStorage.getItem("passrole-theme"));
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remembered(() => localStorage.setItem("passrole-theme", root.dataset.theme));
    showTheme();
  });
  system.addEventListener("change", showTheme);
  showTheme();

  // Search and filters.
  const words = (element) => element.textContent.toLowerCase();
  const cards = all(".stage .card").map((element) => {
    const groups = all(".group", element).map((group) => ({
      element: group,
      open: group.open,
      needs: all("li[data-standing]", group).map((need) => ({
        element: need, standing: need.dataset.standing, words: words(need),
      })),
      words: words(one("summary", group)),
    }));
    const stage = words(one("h4", element.closest(".stage")));
    const own = all(":scope > h5, :scope > p", element).map(words).join(" ");
    return { element, groups, words: `${stage} ${own}` };
  });
  const findings = all(".finding").map((element) => ({
    element, severity: element.dataset.severity, words: words(element),
  }));
  const search = one("#search");
  const toggles = all("[data-filter]");
  const pressed = (toggle) => toggle.getAttribute("aria-pressed") === "true";

  const apply = () => {
    const query = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const off = new Set(toggles.filter((each) => !pressed(each)).map((each) => each.dataset.value));
    const has = (text) => query.every((word) => text.includes(word));
    let needs = 0, total = 0, actions = 0, shownFindings = 0;
    for (const card of cards) {
      let inCard = 0;
      for (const group of card.groups) {
        const around = `${card.words} ${group.words}`;
        let inGroup = 0;
        for (const need of group.needs) {
          const shown = !off.has(need.standing) && has(`${around} ${need.words}`);
          need.element.hidden = !shown;
          inGroup += shown;
        }
        group.element.hidden = inGroup === 0 && group.needs.length > 0;
        group.element.open = query.length ? inGroup > 0 : group.open;
        total += group.needs.length;
        inCard += inGroup;
      }
      const bare = card.groups.length === 0 && has(card.words);
      card.element.hidden = inCard === 0 && !bare;
      needs += inCard;
      actions += !card.element.hidden;
    }
    for (const finding of findings) {
      const shown = !off.has(finding.severity) && has(finding.words);
      finding.element.hidden = !shown;
      shownFindings += shown;
    }
    for (const stage of all(".stage")) {
      stage.hidden = (query.length || off.size) && !one(".card:not([hidden])", stage);
    }
    for (const group of all(".of-role")) group.hidden = !one(".finding:not([hidden])", group);
    const told = `${needs} of ${plural(total, "need")} shown, in ${plural(actions, "place")}`;
    const many = findings.length ? `; ${shownFindings} of ${plural(findings.length, "finding")}` : "";
    status.textContent = told + many;
  };
  search.addEventListener("input", () => {
    apply();
    const first = one(".finding:not([hidden]), .stage:not([hidden])");
    const top = first ? first.getBoundingClientRect().top : 0;
    if (top < 0 || top > innerHeight) first.scrollIntoView({ block: "start", inline: "start" });
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && search.value) {
      search.value = "";
      event.stopPropagation();
      apply();
    }
  });
  for (const toggle of toggles) {
    toggle.addEventListener("click", () => {
      toggle.setAttribute("aria-pressed", String(!pressed(toggle)));
      apply();
    });
  }
  const fold = (open) => {
    for (const card of cards) {
      for (const group of card.groups) group.element.open = group.open = open;
    }
  };
  one("#open-all").addEventListener("click", () => fold(true));
  one("#close-all").addEventListener("click", () => fold(false));
  for (const card of cards) {
    for (const group of card.groups) {
      one("summary", group.element).addEventListener("click", () => {
        group.open = !group.element.open; // it opens or closes after this
      });
    }
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
    if (event.key === "Escape" && !panel.hidden) closePanel();
  });

  // The panel: a copy of the entry that a link leads to, with the statements that it names.
  const panel = one("#panel");
  const content = one("#panel-content");
  let opener = null;
  const copyOf = (entry) => {
    const copy = entry.cloneNode(true);
    copy.removeAttribute("id");
    return copy;
  };
  const target = (link) => document.getElementById(link.getAttribute("href").slice(1));
  const mark = (id) => {
    for (const link of all("a.need")) {
      const here = link.getAttribute("href") === `#${id}`;
      link.setAttribute("aria-expanded", String(here));
    }
  };
  const openPanel = (entry, from) => {
    content.replaceChildren(copyOf(entry));
    for (const link of all("a.to-statement", content)) {
      const statement = target(link);
      link.replaceWith(link.textContent);
      if (statement) content.append(copyOf(statement));
    }
    const heading = one("h3", content);
    heading.id = "panel-title";
    heading.tabIndex = -1;
    panel.setAttribute("aria-labelledby", "panel-title");
    panel.hidden = false;
    panel.scrollTop = 0;
    root.classList.add("with-panel");
    mark(entry.id);
    opener = from;
    heading.focus({ preventScroll: true });
    if (from) from.scrollIntoView({ block: "nearest", inline: "nearest" }); // beside the panel
  };
  const closePanel = () => {
    panel.hidden = true;
    root.classList.remove("with-panel");
    mark("");
    if (opener && opener.isConnected) opener.focus();
    if (isEntry(location.hash.slice(1))) history.replaceState(null, "", location.pathname + location.search);
  };
  const isEntry = (id) => {
    const entry = id && document.getElementById(id);
    return entry && entry.closest(".reference") ? entry : null;
  };
  const reveal = (element) => {
    for (let each = element.closest("details"); each; each = each.parentElement.closest("details")) {
      each.open = true;
    }
  };
  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const entry = isEntry(id);
    if (entry) {
      const link = all("a.need").find((each) => each.getAttribute("href") === `#${id}`);
      if (link) {
        reveal(link);
        link.scrollIntoView({ block: "center", inline: "center" });
      }
      openPanel(entry, link);
      return;
    }
    const element = id && document.getElementById(id);
    if (!element) return;
    for (const group of all(".group", element)) group.open = true;
    element.scrollIntoView({ block: "start", inline: "center" });
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const entry = isEntry(link.getAttribute("href").slice(1));
    if (!entry) return;
    event.preventDefault();
    history.replaceState(null, "", link.getAttribute("href"));
    openPanel(entry, panel.contains(link) ? opener : link);
  });
  one("#close-panel").addEventListener("click", closePanel);
  for (const link of all("a.need")) {
    link.setAttribute("aria-controls", "panel");
    link.setAttribute("aria-expanded", "false");
  }
  addEventListener("hashchange", follow);

  // Attack paths: what the steps of a finding name is marked and numbered in the map.
  const clearPath = () => {
    for (const each of all(".step")) each.remove();
    for (const each of all(".on-path")) each.classList.remove("on-path");
    for (const each of all(".show-path")) each.setAttribute("aria-pressed", "false");
  };
  const markStep = (id, label, users) => {
    let places = all(`[data-principal="${id}"], [data-user="${id}"]`);
    // A role stands in many cards: those of the path's own actions say enough.
    const near = places.filter((each) => users.has(each.parentElement.dataset.user));
    if (near.length) places = [...near, ...places.filter((each) => each.matches(".entry"))];
    for (const place of places) {
      (place.matches("details") ? one("summary", place) : place).classList.add("on-path");
      const badge = document.createElement("span");
      badge.className = "step";
      badge.textContent = label;
      const head = one("summary, h5, h3", place) || place;
      head.insertBefore(badge, [...head.childNodes].find((each) => each.className !== "step"));
    }
    return places.length ? all(".step", places[0]).pop() : null;
  };
  for (const button of all(".show-path")) {
    button.addEventListener("click", () => {
      const on = !pressed(button);
      clearPath();
      if (!on) {
        status.textContent = "No path shown.";
        return;
      }
      button.setAttribute("aria-pressed", "true");
      const steps = all(".steps > li", button.parentElement).map((each) => each.dataset.at);
      const start = button.dataset.start;
      const action = start && one(`article[data-user="${start}"]`);
      const users = new Set([start, ...steps].filter((id) => id && one(`[data-user="${id}"]`)));
      const marked = [
        ...(action && !steps.includes(start) ? [markStep(start, "here", users)] : []),
        ...steps.map((id, index) => id && markStep(id, `step ${index + 1}`, users)),
      ].filter(Boolean);
      if (marked.length) marked[0].scrollIntoView({ block: "center", inline: "center" });
      status.textContent = `${plural(marked.length, "step")} of the path marked in the map.`;
    });
  }

  // On paper everything is open.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const each of closed) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
  });

  apply();
  if (location.hash) follow();
})();
