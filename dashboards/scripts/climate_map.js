"use strict";
(function () {
  const { data, words, known, figure, fill, element, popup, map, addPane, renderer, swatchRow } =
    riskcloudBase({ minZoom: 3 });
  const sites = data.sites;
  const chosen = { climate: data.climates[0], measure: data.measures[0],
    period: Math.floor(data.periods.length / 2) };
  const word = (key, fallback) => words[key] || fallback;

  const levels = (climate, measure, period) => sites.values[climate][measure][period];
  const inYears = (period) => fill(words.years, { n: figure(data.periods[period], 1) });

  function colourOf(value, classes) {
    if (!known(value)) return classes.none;
    let rank = classes.lower.length - 1;
    while (rank >= 0 && value < classes.lower[rank]) rank -= 1;
    return rank < 0 ? "#ffffff" : classes.colours[rank];
  }

  // ---- what a place has --------------------------------------------------------------------------
  function band(triple, i) {
    const [level, low, high] = triple.map((values) => values[i]);
    if (!known(level)) return words.no_data;
    const range = known(low) && known(high) ? ` (${figure(low, 1)}–${figure(high, 1)})` : "";
    return `${figure(level, 1)}${range} m/s`;
  }

  function sitePopup(i) {
    const rows = [[words.position, `${figure(sites.lon[i], 3)}°, ${figure(sites.lat[i], 3)}°`]];
    for (const climate of data.climates) {
      const grade = sites.zone[climate][i];
      if (data.climates.length > 1) rows.push([words.climate, word(`name_${climate}`, climate)]);
      rows.push([words.grade, data.zones[grade] || word(`grade_${grade}`, grade)]);
      data.periods.forEach((_, k) => {
        for (const measure of data.measures) {
          rows.push([`${inYears(k)} ${words[measure]}`, band(levels(climate, measure, k), i)]);
        }
        const mean = levels(climate, "mean_10min", k)[0][i];
        rows.push([`${inYears(k)} w₀`.replace("₀", "0"),
          known(mean) ? `${figure(mean * mean / 1600, 2)} kPa` : words.no_data]);
      });
    }
    return popup(sites.id ? sites.id[i] : fill(words.place, { n: i + 1 }), rows);
  }

  // ---- the layer that is shown -------------------------------------------------------------------
  const pane = addPane("levels", 200);
  let picture = null;
  const dots = [];
  if (data.size === null) {
    const group = L.featureGroup();
    const radius = sites.lon.length > 2000 ? 3 : sites.lon.length > 200 ? 4.5 : 7;
    sites.lon.forEach((lon, i) => {
      const dot = L.circleMarker([sites.lat[i], lon], { renderer, weight: 0.8, radius,
        color: data.colours.muted, fillOpacity: 0.95 });
      dot.place = i;
      dots.push(dot);
      group.addLayer(dot);
    });
    group.bindPopup((dot) => sitePopup(dot.place), { maxWidth: 420 });
    group.addTo(map);
  } else {
    map.on("click", (event) => {  // the cell whose centre is nearest
      let best = -1, least = data.size * data.size;
      sites.lon.forEach((lon, i) => {
        const x = lon - event.latlng.lng, y = sites.lat[i] - event.latlng.lat;
        const away = x * x + y * y;
        if (away < least) { least = away; best = i; }
      });
      if (best >= 0) {
        L.popup({ maxWidth: 420 }).setLatLng([sites.lat[best], sites.lon[best]])
          .setContent(sitePopup(best)).openOn(map);
      }
    });
  }

  let legendBody = null;
  function drawLegend() {
    if (!legendBody) return;
    legendBody.textContent = "";
    const classes = data.classes[chosen.measure];
    element("h2", legendBody, fill(words.legend_short,
      { measure: words[chosen.measure], years: inYears(chosen.period) }));
    for (let k = classes.lower.length - 1; k >= 0; k -= 1) {
      const top = classes.lower[k + 1];
      swatchRow(legendBody, top === undefined ? `≥ ${classes.lower[k]} m/s`
        : `${classes.lower[k]}–${top} m/s`, classes.colours[k], data.size === null ? 1 : data.opacity);
    }
    if (data.size === null) swatchRow(legendBody, words.no_data, classes.none, 1);
  }

  function show() {
    if (data.size === null) {
      const values = levels(chosen.climate, chosen.measure, chosen.period)[0];
      const classes = data.classes[chosen.measure];
      dots.forEach((dot, i) => dot.setStyle({ fillColor: colourOf(values[i], classes) }));
    } else {
      if (picture) picture.remove();
      const found = data.pictures[chosen.climate][chosen.measure][chosen.period];
      picture = found ? L.imageOverlay(found.picture, found.edges,
        { opacity: data.opacity, pane }).addTo(map) : null;
    }
    drawLegend();
  }

  // ---- choices and legend ------------------------------------------------------------------------
  function choice(parent, label, options, value, take) {
    const row = element("label", parent, null, "row");
    element("span", row, label);
    const list = element("select", row);
    options.forEach(([code, name]) => {
      const option = element("option", list, name);
      option.value = code;
    });
    list.value = value;
    list.addEventListener("change", () => { take(list.value); show(); });
  }

  // on a phone the title needs the top
  const choices = L.control({ position: window.innerWidth > 640 ? "topright" : "bottomleft" });
  choices.onAdd = () => {
    const panel = element("div", null, null, "panel");
    if (data.climates.length > 1) {
      choice(panel, words.climate, data.climates.map((one) => [one, word(`name_${one}`, one)]),
        chosen.climate, (value) => { chosen.climate = value; });
    }
    choice(panel, words.measure, data.measures.map((one) => [one, words[one]]), chosen.measure,
      (value) => { chosen.measure = value; });
    choice(panel, words.period, data.periods.map((_, k) => [String(k), inYears(k)]),
      String(chosen.period), (value) => { chosen.period = Number(value); });
    L.DomEvent.disableClickPropagation(panel).disableScrollPropagation(panel);
    return panel;
  };
  choices.addTo(map);

  const legend = L.control({ position: "bottomright" });
  legend.onAdd = () => {
    const panel = element("details", null, null, "panel");
    panel.open = window.innerWidth > 640;
    element("summary", panel, words.legend_title);
    legendBody = element("div", panel);
    if (data.thinned) element("p", panel, data.thinned);
    element("p", panel, words.about_measures);
    element("p", panel, words.sources);
    L.DomEvent.disableClickPropagation(panel).disableScrollPropagation(panel);
    return panel;
  };
  legend.addTo(map);
  show();
  window.riskcloudMap = map;
})();
