/**
 * The only module that touches Leaflet's global `L`.
 *
 * Pages load Leaflet through django-leaflet ({% leaflet_js %}) before their entry module. Positions
 * are [lat, lon] here, as Leaflet has them; everything else in this project is lon, lat.
 */

const L = window.L;

// Where the map may go: the city with its sea. No national outline is ever in reach.
export const REGION = [[27.9, 119.2], [31.4, 124.0]];

/**
 * @param {HTMLElement} element
 * @param {{center: number[], zoom: number, zoomInTitle: string, zoomOutTitle: string,
 *   label: string, controls: (boolean|undefined)}} options
 */
export function createMap(element, options) {
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const controls = options.controls !== false;
  const map = L.map(element, {
    center: options.center,
    zoom: options.zoom,
    minZoom: 8,
    maxZoom: 17,
    maxBounds: REGION,
    maxBoundsViscosity: 1,
    zoomSnap: 0.5,
    zoomControl: false,
    attributionControl: false,
    keyboard: controls,
    dragging: controls,
    scrollWheelZoom: controls,
    doubleClickZoom: controls,
    touchZoom: controls,
    boxZoom: controls,
    zoomAnimation: !isCalm,
    fadeAnimation: !isCalm,
    markerZoomAnimation: !isCalm,
    inertia: !isCalm,
  });
  if (controls) {
    L.control
      .zoom({
        position: "bottomright",
        zoomInTitle: options.zoomInTitle,
        zoomOutTitle: options.zoomOutTitle,
      })
      .addTo(map);
  }
  if (options.label) {
    element.setAttribute("role", "application");
    element.setAttribute("aria-label", options.label);
  }
  return map;
}

/** A mark made of a DOM element of ours, centred on its position. */
export function marker(latlng, element, options) {
  const icon = L.divIcon({ html: element, className: "mark", iconSize: null });
  return L.marker(latlng, Object.assign({ icon, keyboard: false }, options));
}

/** A circle of `metres` around a place that is known only so well; drawn by its class. */
export function ring(latlng, metres, className) {
  return L.circle(latlng, { radius: metres, className, interactive: false });
}

/** Any GeoJSON polygon; drawn by its class. */
export function polygon(geojson, className, options) {
  return L.geoJSON(geojson, Object.assign({ style: { className }, interactive: false }, options));
}

/** A popup whose content is a DOM node, never a string. */
export function popup(map, latlng, content, options) {
  const settings = Object.assign({ maxWidth: 300, minWidth: 200, autoPanPadding: [24, 24] }, options);
  return L.popup(settings).setLatLng(latlng).setContent(content).openOn(map);
}

/** Bring positions into view; one position alone is centred, not zoomed into. */
export function fit(map, latlngs, options) {
  const settings = Object.assign({ maxZoom: 13, padding: 40, animate: true }, options);
  map.fitBounds(L.latLngBounds(latlngs), {
    maxZoom: settings.maxZoom,
    animate: settings.animate,
    padding: [settings.padding, settings.padding],
  });
}
