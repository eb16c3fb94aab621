"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;

  // ---- figures as people read them -------------------------------------------------------------
  const known = (value) => value !== null && value !== undefined;
  const figure = (value, digits) =>
    value.toLocaleString(data.lang === "zh" ? "zh-CN" : "en", { maximumFractionDigits: digits });

  function significant(value) {
    if (value === 0) return "0";
    const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
    return figure(value, Math.max(0, 3 - whole));
  }

  function money(value, currency) {
    if (!known(value)) return "–";
    const unit = data.money.units.find((step) => Math.abs(value) >= step[0])
      || data.money.units[data.money.units.length - 1];
    const shown = unit[0] === 1 ? figure(Number(value.toPrecision(3)), 0)
      : significant(value / unit[0]);
    const name = data.money.names[currency];
    return data.lang === "zh" ? `${shown} ${unit[1]}${name}` : `${name} ${shown} ${unit[1]}`.trim();
  }

  const percent = (part) => (known(part) ? `${significant(100 * part)}%` : "–");
  const withUnit = (value, unit, digits) => (known(value) ? `${figure(value, digits)} ${unit}` : "–");

  function fill(template, values) {
    return template.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  // ---- elements: text is always set as text, so that a name cannot become markup ---------------
  function element(tag, parent, text, className) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    if (className) node.className = className;
    if (parent) parent.appendChild(node);
    return node;
  }

  function popup(title, rows) {
    const table = element("table", null, null, "popup");
    element("caption", table, title);
    for (const [label, value] of rows) {
      const row = element("tr", table);
      element("th", row, label);
      element("td", row, value);
    }
    return table;
  }

  // ---- map and land ----------------------------------------------------------------------------
  const map = L.map("map", { attributionControl: false, zoomSnap: 0.25, minZoom: 4, maxZoom: 15 });
  map.fitBounds(data.focus);
  map.setMaxBounds(L.latLngBounds(data.limits).pad(0.5));
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);

  const rings = data.land.map((steps) => {
    const points = [];
    let x = 0, y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      points.push([y / data.grid, x / data.grid]);
    }
    return points;
  });
  function landPane(name, zIndex, style) {
    const pane = map.createPane(name);
    pane.style.zIndex = zIndex;
    pane.classList.add("leaflet-land-pane");
    L.polygon(rings, Object.assign({ interactive: false, pane: name,
      renderer: L.canvas({ pane: name, padding: 0.4 }) }, style)).addTo(map);
  }
  landPane("land", 150, { stroke: false, fillColor: data.colours.land, fillOpacity: 1 });

  const layers = {};
  const pane = map.createPane("intensity");
  pane.style.zIndex = 200;
  data.origins.forEach((origin, k) => {
    if (!origin.picture) return;
    const picture = L.imageOverlay(origin.picture, origin.edges,
      { opacity: data.opacity, pane: "intensity" });
    layers[fill(words.intensity_of, { name: origin.name })] = picture;
    if (k === 0) picture.addTo(map);
  });
  landPane("coast", 250, { fill: false, color: data.colours.muted, weight: 0.8 });

  // ---- assets ----------------------------------------------------------------------------------
  const renderer = L.canvas({ padding: 0.3, tolerance: 3 });

  function lossClass(mean, bounds) {
    return mean > 0 ? bounds.findIndex((bound) => mean >= bound) : bounds.length;
  }

  function assetPopup(a, i) {
    return popup(`${words.location} ${a.loc[i]}`, [
      [words.policy, a.policy[i] || "–"], [words.client, a.clients[a.client[i]]],
      [words.branch, a.branchs[a.branch[i]]], [words.asset_class, a.asset_classs[a.asset_class[i]]],
      [words.place, a.places[a.place[i]]], [words.people, known(a.people[i]) ? figure(a.people[i], 0) : "–"],
      [words.distance, withUnit(a.distance[i], "km", 1)],
      [words.intensity, known(a.intensity[i]) ? figure(a.intensity[i], 1) : "–"],
      [words.pga, withUnit(a.pga[i], "g", 3)],
      [words.tiv, money(a.tiv[i], a.currency)], [words.mean, money(a.mean[i], a.currency)],
      [words.ratio, a.tiv[i] > 0 ? percent(a.mean[i] / a.tiv[i]) : "–"],
      [words.high, money(a.high[i], a.currency)], [words.gross, money(a.gross[i], a.currency)]]);
  }

  function drawCells() {
    const cells = data.cells;
    const bounds = {};
    for (const a of data.assets) bounds[a.currency] = a.bounds;
    const group = L.featureGroup();
    cells.mean.forEach((mean, i) => {
      const rank = lossClass(mean, bounds[cells.currency[i]]);
      const west = cells.west[i], south = cells.south[i];
      const square = L.rectangle([[south, west], [south + cells.size, west + cells.size]],
        { renderer, weight: 0.3, color: data.colours.muted, fillOpacity: 0.4,
          fillColor: rank < 4 ? data.colours.loss[rank] : data.colours.none });
      square.place = i;
      group.addLayer(square);
    });
    group.bindPopup((square) => {
      const i = square.place;
      return popup(fill(words.cell, { cell: cells.size }), [
        [words.count, figure(cells.count[i], 0)],
        [words.tiv, money(cells.tiv[i], cells.currency[i])],
        [words.mean, money(cells.mean[i], cells.currency[i])],
        [words.intensity, known(cells.intensity[i]) ? figure(cells.intensity[i], 1) : "–"]]);
    }, { maxWidth: 380 });
    return group;
  }

  function drawAssets(a) {
    const group = L.featureGroup();
    const order = a.mean.map((_, i) => i).sort((i, j) => a.mean[i] - a.mean[j]);
    for (const i of order) {
      const rank = lossClass(a.mean[i], a.bounds);
      const dot = L.circleMarker([a.lat[i], a.lon[i]], { renderer, weight: 0.8, color: "#ffffff",
        radius: rank < 4 ? data.colours.radii[rank] : 2.5,
        fillColor: rank < 4 ? data.colours.loss[rank] : data.colours.none, fillOpacity: 0.92 });
      dot.place = i;
      group.addLayer(dot);
    }
    group.bindPopup((dot) => assetPopup(a, dot.place), { maxWidth: 380 });
    return group;
  }

  if (data.cells) layers[words.cells] = drawCells().addTo(map);
  for (const a of data.assets) {
    if (a.lon.length) layers[fill(words.assets, { currency: a.currency })] = drawAssets(a).addTo(map);
  }

  // ---- origins: epicentre, rupture, radius -----------------------------------------------------
  const colourOf = (k) => (k === 0 ? data.colours.track : data.colours.second);
  data.origins.forEach((origin, k) => {
    const colour = colourOf(k);
    const group = L.featureGroup([L.polyline(origin.ring,
      { renderer, color: colour, weight: 1.5, dashArray: "6 5", interactive: false })]);
    if (origin.rupture) {
      group.addLayer(L.polygon(origin.rupture,
        { renderer, color: colour, weight: 2.5, fillOpacity: 0.15, interactive: false }));
    }
    const star = L.circleMarker([origin.lat, origin.lon], { renderer, radius: 8, weight: 2.5,
      color: colour, fillColor: "#ffffff", fillOpacity: 1 });
    star.bindPopup(() => popup(fill(words.epicentre, { name: origin.name }), [
      [words.magnitude, origin.magnitude], [words.time, origin.time],
      [words.depth, withUnit(origin.depth, "km", 1)],
      [words.position, `${figure(origin.lon, 3)}°, ${figure(origin.lat, 3)}°`]]), { maxWidth: 380 });
    star.bindTooltip(origin.name, { permanent: true, direction: "right", offset: [8, 0],
      className: "fix" });
    group.addLayer(star);
    layers[fill(words.origin, { name: origin.name })] = group.addTo(map);
  });

  // ---- legend ----------------------------------------------------------------------------------
  function legendRow(parent, text, colour, radius) {
    const row = element("div", parent, null, "row");
    if (radius) {
      const dot = element("i", element("span", row, null, "dot"));
      dot.style.background = colour;
      dot.style.width = dot.style.height = `${2 * radius}px`;
    } else {
      const swatch = element("span", row, null, "swatch");
      swatch.style.background = colour;
      swatch.style.opacity = data.opacity + 0.2;
    }
    element("span", row, text);
  }

  function originRow(parent, text, colour) {
    const row = element("div", parent, null, "row");
    element("span", row, null, "line").style.borderTop = `2px dashed ${colour}`;
    element("span", row, text);
  }

  const legend = L.control({ position: "bottomright" });
  legend.onAdd = () => {
    const panel = element("details", null, null, "panel");
    panel.open = window.innerWidth > 640;
    element("summary", panel, words.legend);
    element("h2", panel, words.intensity);
    for (const step of data.legend) legendRow(panel, fill(words.degree, { roman: step.degree }), step.colour);
    element("h2", panel, words.origins);
    data.origins.forEach((origin, k) => originRow(panel, `${origin.name} ${origin.magnitude}`, colourOf(k)));
    for (const a of data.assets.slice(0, 3)) {
      element("h2", panel, fill(words.loss_legend, { currency: a.currency }));
      if (a.bounds[0] > 0) {
        a.bounds.forEach((bound, rank) => legendRow(panel, fill(
          bound > 0 ? words.loss_from : words.loss_less,
          { loss: money(bound > 0 ? bound : a.bounds[rank - 1], a.currency) }),
        data.colours.loss[rank], data.colours.radii[rank]));
      }
      legendRow(panel, words.loss_none, data.colours.none, 2.5);
    }
    if (data.cells) element("p", panel, words.cells_note);
    element("p", panel, words.sources);
    L.DomEvent.disableClickPropagation(panel).disableScrollPropagation(panel);
    return panel;
  };
  legend.addTo(map);
  L.control.layers(null, layers, { collapsed: window.innerWidth <= 640 }).addTo(map);
  window.riskcloudMap = map;
})();
