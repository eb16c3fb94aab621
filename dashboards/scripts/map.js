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
  const stamp = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");

  function moment(seconds) {
    if (!known(seconds)) return "–";
    if (data.offset_h === 0) return `${stamp(seconds)} UTC`;
    return `${stamp(seconds)} UTC (${stamp(seconds + data.offset_h * 3600)} ${data.offset})`;
  }

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
  const map = L.map("map", { attributionControl: false, zoomSnap: 0.25, minZoom: 3, maxZoom: 15 });
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
  if (data.swath) {
    const pane = map.createPane("swath");
    pane.style.zIndex = 200;
    layers[words.swath] = L.imageOverlay(data.swath.picture, data.swath.edges,
      { opacity: data.swath.opacity, pane: "swath" }).addTo(map);
  }
  landPane("coast", 250, { fill: false, color: data.colours.muted, weight: 0.8 });

  // ---- assets ----------------------------------------------------------------------------------
  const renderer = L.canvas({ padding: 0.3, tolerance: 3 });

  function lossClass(mean, bounds) {
    return mean > 0 ? bounds.findIndex((bound) => mean >= bound) : bounds.length;
  }

  function assetPopup(a, i) {
    return popup(`${words.location} ${a.loc[i]}`, [
      [words.client, a.clients[a.client[i]]], [words.branch, a.branchs[a.branch[i]]],
      [words.asset_class, a.asset_classs[a.asset_class[i]]], [words.place, a.places[a.place[i]]],
      [words.tiv, money(a.tiv[i], a.currency)], [words.mean, money(a.mean[i], a.currency)],
      [words.ratio, a.tiv[i] > 0 ? percent(a.mean[i] / a.tiv[i]) : "–"],
      [words.band, `${money(a.low[i], a.currency)} – ${money(a.high[i], a.currency)}`],
      [words.gross, money(a.gross[i], a.currency)],
      [words.p_complete, percent(a.complete[i])],
      [words.gust, withUnit(a.gust[i], "m/s", 1)], [words.gust_time, moment(a.time[i])]]);
  }

  function drawCells() {
    const cells = data.cells;
    const bounds = {};
    for (const a of data.assets) bounds[a.currency] = a.bounds;
    const group = L.featureGroup();
    cells.mean.forEach((mean, i) => {
      const rank = lossClass(mean, bounds[cells.currency[i]]);
      const west = cells.west[i], south = cells.south[i];
      const colour = rank < 4 ? data.colours.loss[rank] : data.colours.none;
      const square = L.rectangle([[south, west], [south + cells.size, west + cells.size]],
        { renderer, weight: 0.3, color: data.colours.muted, fillColor: colour, fillOpacity: 0.4 });
      square.place = i;
      group.addLayer(square);
    });
    group.bindPopup((square) => {
      const i = square.place;
      return popup(fill(words.cell, { cell: cells.size }), [
        [words.count, figure(cells.count[i], 0)],
        [words.tiv, money(cells.tiv[i], cells.currency[i])],
        [words.mean, money(cells.mean[i], cells.currency[i])],
        [words.gust, withUnit(cells.gust[i], "m/s", 1)]]);
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

  // ---- track -----------------------------------------------------------------------------------
  function drawTrack() {
    const track = data.track;
    const points = track.lon.map((lon, i) => [track.lat[i], lon]);
    const group = L.featureGroup([L.polyline(points,
      { renderer, color: data.colours.track, weight: 2.5, interactive: false })]);
    if (track.drawn.length) {  // beneath the assets
      map.createPane("drawn").style.zIndex = 300;
      const beneath = L.canvas({ pane: "drawn", padding: 0.3 });
      for (const line of track.drawn) {
        group.addLayer(L.polyline(line, { renderer: beneath, pane: "drawn", interactive: false,
          color: data.colours.track, weight: 1, opacity: 0.25 }));
      }
    }
    const mark = (key, i, shown) =>
      (track.filled[key][i] && shown !== "–" ? `${shown} (${words.filled})` : shown);
    const labels = L.layerGroup();
    const times = [];
    points.forEach((point, i) => {
      const dot = L.circleMarker(point, { renderer, radius: 4, weight: 1.5, fillOpacity: 1,
        color: data.colours.track, fillColor: "#ffffff" });
      dot.bindPopup(() => popup(`${words.best_guess} ${i + 1}`, [
        [words.time, moment(track.time[i])],
        [fill(words.wind, { period: track.period }), mark("wind", i, withUnit(track.wind[i], "m/s", 1))],
        [words.pressure, mark("pressure", i, withUnit(track.pressure[i], "hPa", 1))],
        [words.r_max, mark("r_max", i, withUnit(track.r_max[i], "km", 0))],
        [words.position, `${figure(point[1], 2)}°, ${figure(point[0], 2)}°`]]), { maxWidth: 380 });
      group.addLayer(dot);
      if (known(track.time[i]) && track.time[i] % 21600 === 0) {
        times.push(L.tooltip(point, { permanent: true, direction: "top", offset: [0, -4],
          className: "fix", interactive: false,
          content: `${stamp(track.time[i]).slice(5, 13)}Z` }));
      }
    });
    function placeLabels() {  // as many as there is room for at this zoom
      labels.clearLayers();
      const taken = [];
      for (const label of times) {
        const at = map.project(label.getLatLng());
        if (taken.some((other) => Math.abs(at.x - other.x) < 70 && Math.abs(at.y - other.y) < 20)) {
          continue;
        }
        taken.push(at);
        labels.addLayer(label);
      }
    }
    placeLabels();
    map.on("zoomend", placeLabels);
    return [group, labels];
  }
  const [trackLayer, labelLayer] = drawTrack();
  layers[words.track] = trackLayer.addTo(map);
  layers[words.labels] = labelLayer.addTo(map);

  // ---- legend and layers -----------------------------------------------------------------------
  function legendRow(parent, text, colour, radius) {
    const row = element("div", parent, null, "row");
    if (radius === undefined) {
      const swatch = element("span", row, null, "swatch");
      swatch.style.background = colour;
      swatch.style.opacity = data.swath.opacity;
    } else {
      const dot = element("i", element("span", row, null, "dot"));
      dot.style.background = colour;
      dot.style.width = dot.style.height = `${2 * radius}px`;
    }
    element("span", row, text);
  }

  function lineRow(parent, text, weight, opacity) {
    const row = element("div", parent, null, "row");
    const line = element("span", row, null, "line");
    line.style.borderTop = `${weight}px solid ${data.colours.track}`;
    line.style.opacity = opacity;
    element("span", row, text);
  }

  function trackLegend(panel) {
    element("h2", panel, words.track);
    lineRow(panel, data.track.drawn.length ? words.likeliest : words.one_track, 2.5, 1);
    if (data.track.drawn.length) lineRow(panel, words.drawn, 1, 0.5);
  }

  function lossLegend(panel, a) {
    element("h2", panel, fill(words.loss_legend, { currency: a.currency }));
    if (a.bounds[0] > 0) {
      a.bounds.forEach((bound, rank) => legendRow(panel, fill(
        bound > 0 ? words.loss_from : words.loss_less,
        { loss: money(bound > 0 ? bound : a.bounds[rank - 1], a.currency) }),
      data.colours.loss[rank], data.colours.radii[rank]));
    }
    legendRow(panel, words.loss_none, data.colours.none, 2.5);
  }

  const legend = L.control({ position: "bottomright" });
  legend.onAdd = () => {
    const panel = element("details", null, null, "panel");
    panel.open = window.innerWidth > 640;
    element("summary", panel, words.legend);
    if (data.swath) {
      element("h2", panel, data.track.drawn.length ? words.gust_likeliest : words.gust_legend);
      for (const step of data.gusts) {
        legendRow(panel, fill(words.gust_short, { speed: step.from, force: step.force }), step.colour);
      }
    }
    trackLegend(panel);
    for (const a of data.assets.slice(0, 3)) lossLegend(panel, a);
    if (data.top_only) element("p", panel, data.top_only);
    element("p", panel, fill(words.time_note, { offset: data.offset }));
    element("p", panel, words.sources);
    L.DomEvent.disableClickPropagation(panel).disableScrollPropagation(panel);
    return panel;
  };
  legend.addTo(map);
  L.control.layers(null, layers, { collapsed: window.innerWidth <= 640 }).addTo(map);
  window.riskcloudMap = map;
})();
