"use strict";
// What the maps share: a page's own script calls riskcloudBase(...) once, then adds its layers.
function riskcloudBase({ minZoom }) {
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
  const map = L.map("map", { attributionControl: false, zoomSnap: 0.25, minZoom, maxZoom: 15 });
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

  landPane("coast", 250, { fill: false, color: data.colours.muted, weight: 0.8 });

  const layers = {};
  function addPane(name, zIndex) {  // pictures lie between land and coast
    map.createPane(name).style.zIndex = zIndex;
    return name;
  }

  // ---- assets ----------------------------------------------------------------------------------
  const renderer = L.canvas({ padding: 0.3, tolerance: 3 });

  function lossClass(mean, bounds) {
    return mean > 0 ? bounds.findIndex((bound) => mean >= bound) : bounds.length;
  }

  function drawCells(measured) {
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
        measured(cells, i)]);
    }, { maxWidth: 380 });
    return group;
  }

  function drawDots(a, assetPopup) {
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

  function addAssets(measured, assetPopup) {
    if (data.cells) layers[words.cells] = drawCells(measured).addTo(map);
    for (const a of data.assets) {
      if (a.lon.length) {
        layers[fill(words.assets, { currency: a.currency })] = drawDots(a, assetPopup).addTo(map);
      }
    }
  }

  // ---- legend and layers -----------------------------------------------------------------------
  function lossRow(parent, text, colour, radius) {
    const row = element("div", parent, null, "row");
    const dot = element("i", element("span", row, null, "dot"));
    dot.style.background = colour;
    dot.style.width = dot.style.height = `${2 * radius}px`;
    element("span", row, text);
  }

  function swatchRow(parent, text, colour, opacity) {
    const row = element("div", parent, null, "row");
    const swatch = element("span", row, null, "swatch");
    swatch.style.background = colour;
    swatch.style.opacity = opacity;
    element("span", row, text);
  }

  function lineRow(parent, text, border, opacity = 1) {
    const row = element("div", parent, null, "row");
    const line = element("span", row, null, "line");
    line.style.borderTop = border;
    line.style.opacity = opacity;
    element("span", row, text);
  }

  function lossLegend(panel, a) {
    element("h2", panel, fill(words.loss_legend, { currency: a.currency }));
    if (a.bounds[0] > 0) {
      a.bounds.forEach((bound, rank) => lossRow(panel, fill(
        bound > 0 ? words.loss_from : words.loss_less,
        { loss: money(bound > 0 ? bound : a.bounds[rank - 1], a.currency) }),
      data.colours.loss[rank], data.colours.radii[rank]));
    }
    lossRow(panel, words.loss_none, data.colours.none, 2.5);
  }

  function finish(beforeLosses, afterLosses) {
    const legend = L.control({ position: "bottomright" });
    legend.onAdd = () => {
      const panel = element("details", null, null, "panel");
      panel.open = window.innerWidth > 640;
      element("summary", panel, words.legend);
      beforeLosses(panel);
      for (const a of data.assets.slice(0, 3)) lossLegend(panel, a);
      afterLosses(panel);
      element("p", panel, words.sources);
      L.DomEvent.disableClickPropagation(panel).disableScrollPropagation(panel);
      return panel;
    };
    legend.addTo(map);
    L.control.layers(null, layers, { collapsed: window.innerWidth <= 640 }).addTo(map);
    window.riskcloudMap = map;
  }

  return { data, words, known, figure, money, percent, withUnit, fill, element, popup, map, layers,
    addPane, renderer, addAssets, swatchRow, lineRow, finish };
}
