"use strict";
(function () {
  const { data, words, known, figure, money, percent, withUnit, fill, element, popup, map, layers,
    addPane, renderer, addAssets, swatchRow, lineRow, finish } = riskcloudBase({ minZoom: 4 });

  const pane = addPane("intensity", 200);
  data.origins.forEach((origin, k) => {
    if (!origin.picture) return;
    const picture = L.imageOverlay(origin.picture, origin.edges, { opacity: data.opacity, pane });
    layers[fill(words.intensity_of, { name: origin.name })] = picture;
    if (k === 0) picture.addTo(map);
  });

  // ---- assets ----------------------------------------------------------------------------------
  const degree = (intensity) => (known(intensity) ? figure(intensity, 1) : "–");

  function assetPopup(a, i) {
    return popup(`${words.location} ${a.loc[i]}`, [
      [words.policy, a.policy[i] || "–"], [words.client, a.clients[a.client[i]]],
      [words.branch, a.branchs[a.branch[i]]], [words.asset_class, a.asset_classs[a.asset_class[i]]],
      [words.place, a.places[a.place[i]]], [words.people, known(a.people[i]) ? figure(a.people[i], 0) : "–"],
      [words.distance, withUnit(a.distance[i], "km", 1)],
      [words.intensity, degree(a.intensity[i])],
      [words.pga, withUnit(a.pga[i], "g", 3)],
      [words.tiv, money(a.tiv[i], a.currency)], [words.mean, money(a.mean[i], a.currency)],
      [words.ratio, a.tiv[i] > 0 ? percent(a.mean[i] / a.tiv[i]) : "–"],
      [words.high, money(a.high[i], a.currency)], [words.gross, money(a.gross[i], a.currency)]]);
  }

  addAssets((cells, i) => [words.intensity, degree(cells.intensity[i])], assetPopup);

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
  finish((panel) => {
    element("h2", panel, words.intensity);
    for (const step of data.legend) {
      swatchRow(panel, fill(words.degree, { roman: step.degree }), step.colour, data.opacity + 0.2);
    }
    element("h2", panel, words.origins);
    data.origins.forEach((origin, k) => lineRow(panel, `${origin.name} ${origin.magnitude}`,
      `2px dashed ${colourOf(k)}`));
  }, (panel) => {
    if (data.cells) element("p", panel, words.cells_note);
  });
})();
