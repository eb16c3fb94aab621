"use strict";
(function () {
  const { data, words, known, figure, money, percent, withUnit, fill, element, popup, map, layers,
    addPane, renderer, addAssets, swatchRow, lineRow, finish } = riskcloudBase({ minZoom: 3 });

  const stamp = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");

  function moment(seconds) {
    if (!known(seconds)) return "–";
    if (data.offset_h === 0) return `${stamp(seconds)} UTC`;
    return `${stamp(seconds)} UTC (${stamp(seconds + data.offset_h * 3600)} ${data.offset})`;
  }

  if (data.swath) {
    layers[words.swath] = L.imageOverlay(data.swath.picture, data.swath.edges,
      { opacity: data.swath.opacity, pane: addPane("swath", 200) }).addTo(map);
  }

  // ---- assets ----------------------------------------------------------------------------------
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

  addAssets((cells, i) => [words.gust, withUnit(cells.gust[i], "m/s", 1)], assetPopup);

  // ---- track -----------------------------------------------------------------------------------
  function drawTrack() {
    const track = data.track;
    const points = track.lon.map((lon, i) => [track.lat[i], lon]);
    const group = L.featureGroup([L.polyline(points,
      { renderer, color: data.colours.track, weight: 2.5, interactive: false })]);
    if (track.drawn.length) {  // beneath the assets
      const beneath = L.canvas({ pane: addPane("drawn", 300), padding: 0.3 });
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

  // ---- legend ----------------------------------------------------------------------------------
  function gustLegend(panel) {
    element("h2", panel, data.track.drawn.length ? words.gust_likeliest : words.gust_legend);
    for (const step of data.gusts) {
      swatchRow(panel, fill(words.gust_short, { speed: step.from, force: step.force }), step.colour,
        data.swath.opacity);
    }
  }

  function trackLegend(panel) {
    const ink = data.colours.track;
    element("h2", panel, words.track);
    lineRow(panel, data.track.drawn.length ? words.likeliest : words.one_track, `2.5px solid ${ink}`);
    if (data.track.drawn.length) lineRow(panel, words.drawn, `1px solid ${ink}`, 0.5);
  }

  finish((panel) => {
    if (data.swath) gustLegend(panel);
    trackLegend(panel);
  }, (panel) => {
    if (data.top_only) element("p", panel, data.top_only);
    element("p", panel, fill(words.time_note, { offset: data.offset }));
  });
})();
